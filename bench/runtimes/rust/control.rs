// SPDX-License-Identifier: GPL-3.0-or-later

//! What the two servers in Rust share: the questions that come on standard input.

use std::io::{self, BufRead};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The connections that are waited on now.
static WAITERS: AtomicUsize = AtomicUsize::new(0);

/// A connection is waited on as long as this lives.
pub struct Waiter;

impl Waiter {
    pub fn new() -> Self {
        WAITERS.fetch_add(1, Ordering::SeqCst);
        Waiter
    }
}

impl Drop for Waiter {
    fn drop(&mut self) {
        WAITERS.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The address to listen on: what stands behind --host, or loopback's.
pub fn host() -> String {
    let mut given = std::env::args().skip_while(|word| word != "--host");
    given.nth(1).unwrap_or_else(|| "127.0.0.1".to_string())
}

/// Threads of the kernel that are not waiters.
fn runtime_threads(waiters: usize) -> io::Result<usize> {
    Ok(std::fs::read_dir("/proc/self/task")?.count() - waiters)
}

/// Says where we listen and answers until there are no more questions. `model` is `threads` where each
/// waiter is a thread. Standard output is flushed at the end of each line.
pub fn answer(port: u16, model: &str, runtime: &str) -> io::Result<()> {
    println!("listening {}", port);
    for question in io::stdin().lock().lines() {
        let waiters = WAITERS.load(Ordering::SeqCst);
        match question?.as_str() {
            "waiters" => println!("waiters {}", waiters),
            "stats" => {
                let threads = runtime_threads(if model == "threads" { waiters } else { 0 })?;
                println!(
                    "model {}\nruntime {}\nruntime_threads {}\nend",
                    model, runtime, threads
                );
            }
            _ => {}
        }
    }
    Ok(())
}
