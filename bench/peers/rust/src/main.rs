// backoff and tower's Retry layer around a function that adds one; see script/bench-peers.

use std::future::{ready, Future, Ready};
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Instant;

use tower::retry::{Policy, Retry};
use tower::{service_fn, Service};

const ROUNDS: usize = 25;
const CALLS: u32 = 20_000;

#[inline(never)]
fn add_one(x: i32) -> i32 {
    x + 1
}

/// Three attempts.
#[derive(Clone)]
struct Attempts(usize);

impl Policy<i32, i32, ()> for Attempts {
    type Future = Ready<Self>;
    fn retry(&self, _: &i32, result: Result<&i32, &()>) -> Option<Self::Future> {
        (result.is_err() && self.0 > 1).then(|| ready(Attempts(self.0 - 1)))
    }
    fn clone_request(&self, request: &i32) -> Option<i32> {
        Some(*request)
    }
}

fn time_per_call(call: &mut dyn FnMut()) -> f64 {
    let begin = Instant::now();
    for _ in 0..CALLS {
        call();
    }
    begin.elapsed().as_nanos() as f64 / f64::from(CALLS)
}

fn main() {
    let called: fn(i32) -> i32 = black_box(add_one);
    let mut service = Retry::new(
        Attempts(3),
        service_fn(move |x| ready(Ok::<i32, ()>(black_box(called)(x)))),
    );
    let mut bare = || {
        black_box(black_box(called)(1));
    };
    let mut by_backoff = || {
        let policy = backoff::ExponentialBackoff::default();
        let attempt = || Ok::<i32, backoff::Error<()>>(black_box(called)(1));
        let _ = black_box(backoff::retry(policy, attempt));
    };
    let mut by_tower = || {
        let mut context = Context::from_waker(Waker::noop());
        let answer = pin!(service.call(1));
        if let Poll::Ready(done) = answer.poll(&mut context) {
            let _ = black_box(done);
        }
    };
    let mut cases: Vec<(&str, &str, &mut dyn FnMut())> = vec![
        ("-", "bare", &mut bare),
        ("backoff", "retry", &mut by_backoff),
        ("tower Retry", "retry", &mut by_tower),
    ];
    let mut least = vec![f64::INFINITY; cases.len()];
    for _ in 0..ROUNDS {
        for (i, (_, _, call)) in cases.iter_mut().enumerate() {
            least[i] = least[i].min(time_per_call(call));
        }
    }
    for (i, (library, name, _)) in cases.iter().enumerate() {
        println!("Rust\t{library}\t{name}\t{:.2}", least[i]);
    }
}
