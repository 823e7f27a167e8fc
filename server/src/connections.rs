//! Connections: taken, served, and held to a time for everything a caller could be endlessly slow at.
//!
//! Why not `axum::serve`: it gives hyper no timer, so a head that never ends is waited for for ever, and it leaves the
//! socket to hyper, which waits as patiently for a caller that does not read its answer.

mod body;
mod socket;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use body::Timely;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulConnection, GracefulShutdown};
use socket::Impatient;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tower::Service;

/// For the head of a request, and for how long a connection may be idle between two: longer than proxies keep theirs,
/// so that it is never this side that hangs up on a request on its way.
const HEAD: Duration = Duration::from_secs(75);
/// For a body, from its beginning to its end.
const BODY: Duration = Duration::from_secs(30);
/// For a caller to take something of an answer.
const ANSWER: Duration = Duration::from_secs(30);
/// What a listener waits when the system has no more sockets to give.
const NO_SOCKETS: Duration = Duration::from_millis(200);

/// What the system may hold, in bytes, of an answer that its caller has not taken. It doubles the figure for its own use.
/// Left to itself it grows to megabytes, so whoever asks again and again and never reads makes the server work, and the
/// system keep, hundreds of answers.
const UNREAD: u32 = 128 * 1024;
/// Connections that wait to be taken. A caller beyond is not refused but tries again a second later, so the queue has
/// room for a crowd; the system may allow less.
const QUEUE: u32 = 4_096;

/// Opens a listener whose connections [`serve`] can keep within bounds.
pub(crate) fn listen(addr: SocketAddr) -> io::Result<TcpListener> {
    let socket = if addr.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // A server that starts again does not wait for the connections of the one before.
    socket.set_reuseaddr(true)?;
    // Connections have it from their listener.
    socket.set_send_buffer_size(UNREAD)?;
    socket.bind(addr)?;
    socket.listen(QUEUE)
}

/// Answers requests until it is told to stop and the last one is finished.
pub(crate) async fn serve(listener: TcpListener, router: Router, mut stopping: watch::Receiver<bool>) {
    let graceful = GracefulShutdown::new();
    loop {
        let (socket, peer) = tokio::select! {
            accepted = accept(&listener) => accepted,
            // An error means that whoever could say so is gone.
            _ = stopping.wait_for(|stop| *stop) => break,
        };
        let connection = connection(socket, peer, router.clone());
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(e) = connection.await {
                tracing::debug!(error = &e as &dyn std::error::Error, "A connection ended: {e}");
            }
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

fn connection(
    socket: TcpStream,
    peer: SocketAddr,
    router: Router,
) -> impl GracefulConnection<Error = hyper::Error> + Send {
    // Answers go out whole; waiting for more to send only adds delay.
    _ = socket.set_nodelay(true);
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(|body| Body::new(Timely::new(body, BODY)));
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().call(request)
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .serve_connection(TokioIo::new(Impatient::new(socket, ANSWER)), service)
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            // The caller was gone before it was its turn.
            Err(e)
                if matches!(
                    e.kind(),
                    io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::Interrupted
                ) => {}
            Err(e) => {
                tracing::error!(error = &e as &dyn std::error::Error, "No connection can be taken: {e}");
                tokio::time::sleep(NO_SOCKETS).await;
            }
        }
    }
}
