package main

// The generator of Knuth's MMIX, as in crates/pool-workloads/src/mix.rs.
const (
	multiplier = 6_364_136_223_846_793_005
	increment  = 1_442_695_040_888_963_407
)

// mix is a job: so many rounds of a linear congruential generator, from a key.
type mix struct {
	key, rounds uint32
}

// run does the work, round by round; each waits for the one before.
func (m mix) run() uint64 {
	x := uint64(m.key)
	for round := uint32(0); round < m.rounds; round++ {
		x = x*multiplier + increment
	}
	return x
}

// answer is what run returns, in as many steps as the number of rounds has bits: two rounds are one
// round of another generator.
func (m mix) answer() uint64 {
	a, c := uint64(multiplier), uint64(increment)
	x := uint64(m.key)
	for left := m.rounds; left > 0; left >>= 1 {
		if left&1 == 1 {
			x = x*a + c
		}
		a, c = a*a, c*(a+1)
	}
	return x
}
