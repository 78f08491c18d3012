//! The server's end and its refusals, over a real socket.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    sync::{Arc, Mutex, mpsc},
    thread::{self, JoinHandle},
    time::Duration,
};

use example_axum::serve;
use pool::{Config, Context, ContextError, ShutdownReport};
use tokio::{net::TcpListener, runtime::Runtime, sync::oneshot};

/// More than any test takes.
const LONG: Duration = Duration::from_secs(60);

/// A server with one worker and a queue of one.
struct Server {
    address: SocketAddr,
    signal: oneshot::Sender<()>,
    ended: JoinHandle<ShutdownReport>,
}

impl Server {
    fn start(
        grace: Duration,
        compute: impl Fn(usize, &Context) -> Result<usize, String> + Send + Sync + 'static,
    ) -> Self {
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let (signal, signalled) = oneshot::channel();
        let signalled = async { _ = signalled.await };
        let config = Config::new(1).queue(1);
        let ended = thread::spawn(move || {
            runtime.block_on(serve(listener, config, compute, grace, signalled)).unwrap()
        });
        Self { address, signal, ended }
    }

    /// The status and the body of `GET /primes/{n}`, once they are there.
    fn get(&self, n: usize) -> JoinHandle<(u16, String)> {
        let mut stream = TcpStream::connect(self.address).unwrap();
        let request =
            format!("GET /primes/{n} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        thread::spawn(move || {
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            let (head, body) = answer.split_once("\r\n\r\n").unwrap();
            (head["HTTP/1.1 ".len()..][..3].parse().unwrap(), body.to_owned())
        })
    }

    fn end(self) -> ShutdownReport {
        self.signal.send(()).unwrap();
        self.ended.join().unwrap()
    }
}

#[test]
fn each_request_gets_its_own_answer() {
    let server = Server::start(LONG, |n, _| match n {
        0 => Err("the first is number 1".to_owned()),
        1 => panic!("planned"),
        n => Ok(n * 10),
    });
    assert_eq!(server.get(7).join().unwrap(), (200, "70\n".to_owned()));
    assert_eq!(server.get(0).join().unwrap(), (422, "the first is number 1".to_owned()));
    assert_eq!(server.get(1).join().unwrap(), (500, "not computed".to_owned()));
    assert_eq!(server.get(8).join().unwrap(), (200, "80\n".to_owned()));
    assert_eq!(server.end().stats.submitted, 4);
}

#[test]
fn a_full_queue_refuses_and_the_end_answers_what_is_under_way() {
    let (begun, begins) = mpsc::channel();
    let (open, gate) = mpsc::channel::<()>();
    let gate = Mutex::new(gate);
    let server = Server::start(LONG, move |n, _| {
        begun.send(n).unwrap();
        _ = gate.lock().unwrap().recv(); // until `open` is dropped
        Ok(n)
    });
    let running = server.get(1);
    assert_eq!(begins.recv(), Ok(1));

    // Which of the two is refused depends on which comes first.
    let two = [server.get(2), server.get(3)];
    while !two.iter().any(JoinHandle::is_finished) {
        thread::yield_now();
    }
    let (refused, waiting): (Vec<_>, Vec<_>) = two.into_iter().partition(JoinHandle::is_finished);
    let full = (503, "job refused: the queue is full".to_owned());
    assert_eq!(refused.into_iter().map(|it| it.join().unwrap()).collect::<Vec<_>>(), [full]);

    let address = server.address;
    server.signal.send(()).unwrap();
    while TcpStream::connect(address).is_ok() {
        thread::yield_now(); // until the listener is gone
    }
    drop(open);
    assert_eq!(running.join().unwrap(), (200, "1\n".to_owned()));
    assert!(waiting.into_iter().all(|it| it.join().unwrap().0 == 200));
    assert_eq!(server.ended.join().unwrap().stats.succeeded, 2);
}

#[test]
fn after_the_grace_running_jobs_are_cancelled() {
    let (begun, begins) = mpsc::channel();
    let seen = Arc::new(Mutex::new(None));
    let server = Server::start(Duration::from_millis(10), {
        let seen = Arc::clone(&seen);
        move |_, context| {
            begun.send(()).unwrap();
            let error = context.sleep(Duration::MAX).unwrap_err();
            *seen.lock().unwrap() = Some(error);
            Err(error.to_string())
        }
    });
    let running = server.get(1);
    begins.recv().unwrap();
    server.end();
    assert_eq!(*seen.lock().unwrap(), Some(ContextError::Cancelled));
    assert_eq!(running.join().unwrap(), (422, "cancelled".to_owned()));
}
