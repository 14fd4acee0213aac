// SPDX-License-Identifier: GPL-3.0-or-later

//! An echo server in Rust with tokio: a task for each connection, on as many threads as there are CPUs.
//!
//! Rust 1.56 and tokio 1 or later (in Debian librust-tokio-dev). Nothing in it
//! raises the limit on open files.

mod control;

use std::io;
use std::net::Ipv4Addr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::runtime::Runtime;

async fn serve(mut connection: TcpStream) -> io::Result<()> {
    let _waiter = control::Waiter::new();
    let mut buffer = vec![0; 4096];
    connection.set_nodelay(true)?;
    loop {
        match connection.read(&mut buffer).await? {
            0 => return Ok(()),
            got => connection.write_all(&buffer[..got]).await?,
        }
    }
}

async fn accept_all(listener: TcpListener) {
    loop {
        match listener.accept().await {
            // A connection that ends in an error ends like any other.
            Ok((connection, _)) => tokio::spawn(serve(connection)),
            Err(error) => {
                eprintln!("{}", error);
                std::process::exit(1);
            }
        };
    }
}

fn listen() -> io::Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    let host: Result<Ipv4Addr, _> = control::host().parse();
    let host = host.map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    socket.bind((host, 0).into())?;
    socket.listen(4096)
}

/// The questions are answered by the main thread, which is none of the runtime's workers.
fn main() -> io::Result<()> {
    let runtime = Runtime::new()?;
    let listener = runtime.block_on(async { listen() })?;
    let port = listener.local_addr()?.port();
    runtime.spawn(accept_all(listener));
    control::answer(
        port,
        "tasks",
        concat!(
            "Rust ",
            env!("RUST_VERSION"),
            ", tokio ",
            env!("TOKIO_VERSION")
        ),
    )?;
    std::process::exit(0) // dropping the runtime would wait for what its threads are doing
}
