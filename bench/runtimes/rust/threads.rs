// SPDX-License-Identifier: GPL-3.0-or-later

//! An echo server in Rust, with the standard library alone: a thread for each connection, with the stack
//! of 2 MiB that threads have by default.
//!
//! Rust 1.56 or later. The standard library listens with a backlog of 128, and cannot raise the limit on
//! open files.

mod control;

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

fn serve(mut connection: TcpStream) -> io::Result<()> {
    let _waiter = control::Waiter::new();
    let mut buffer = [0; 4096];
    connection.set_nodelay(true)?;
    loop {
        match connection.read(&mut buffer)? {
            0 => return Ok(()),
            got => connection.write_all(&buffer[..got])?,
        }
    }
}

fn accept_all(listener: TcpListener) -> io::Result<()> {
    loop {
        let (connection, _) = listener.accept()?;
        // A connection that ends in an error ends like any other.
        thread::Builder::new().spawn(move || serve(connection))?;
    }
}

fn main() -> io::Result<()> {
    let listener = TcpListener::bind((control::host().as_str(), 0))?;
    let port = listener.local_addr()?.port();
    thread::spawn(move || {
        if let Err(error) = accept_all(listener) {
            eprintln!("{}", error);
            std::process::exit(1);
        }
    });
    control::answer(port, "threads", concat!("Rust ", env!("RUST_VERSION")))
}
