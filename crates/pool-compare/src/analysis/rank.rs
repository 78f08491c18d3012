//! Ranks from what is shown of pairs.

/// The rank of each of `count`: 1 plus how many are shown to be better. `better` has who is
/// better than whom.
///
/// Better than one that is better than a third is better than the third, even if noise hid it
/// when those two were compared: whenever all intervals are right, so is that. Without it, one
/// could have the same rank as another that is shown to be better. Should the pairs contradict
/// each other by going in a circle, those in the circle are not ranked against each other.
pub(super) fn ranks(count: usize, better: &[(usize, usize)]) -> Vec<usize> {
    let mut beats = vec![vec![false; count]; count];
    for &(winner, loser) in better {
        beats[winner][loser] = true;
    }
    // Warshall's transitive closure.
    for over in 0..count {
        for winner in 0..count {
            for loser in 0..count {
                beats[winner][loser] |= beats[winner][over] && beats[over][loser];
            }
        }
    }
    let rank = |of: usize| 1 + (0..count).filter(|&it| beats[it][of] && !beats[of][it]).count();
    (0..count).map(rank).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rank_is_one_more_than_how_many_are_better() {
        let better: [(&[_], &[usize]); 5] = [
            (&[], &[1, 1, 1, 1]),
            (&[(1, 0), (1, 2), (2, 0), (1, 3)], &[3, 1, 2, 2]),
            (&[(0, 2), (0, 3), (1, 2), (1, 3)], &[1, 1, 3, 3]),
            // Better than the better, though noise hid it.
            (&[(0, 1), (1, 2), (2, 3)], &[1, 2, 3, 4]),
            // Those in a circle are ties.
            (&[(0, 1), (1, 2), (2, 0), (2, 3)], &[1, 1, 1, 4]),
        ];
        for (better, expected) in better {
            assert_eq!(ranks(4, better), expected, "{better:?}");
        }
    }
}
