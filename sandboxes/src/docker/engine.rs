//! The connection to the daemon, on a thread and runtime of its own: sandboxes are used from whichever runtime judges, dropped
//! on any thread, and made before any runtime runs.

use std::future::Future;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use bollard::Docker;
use bollard::errors::Error;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use crate::link::faults::step;
use crate::sandbox::WallError;

/// How long any call to the daemon may take; starting a container on a busy machine takes seconds.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);

/// A daemon we can talk to.
pub(crate) struct Engine {
    docker: Docker,
    handle: Handle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Engine {
    /// Connects and agrees on a version. Blocks.
    pub(crate) fn connect(endpoint: Option<&str>) -> Result<Self, WallError> {
        let (stop, stopped) = oneshot::channel::<()>();
        let (started, handle) = mpsc::channel();
        let run = move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            match runtime {
                Ok(runtime) => {
                    let _ = started.send(Ok(runtime.handle().clone()));
                    // Also when the sender is dropped.
                    let _ = runtime.block_on(stopped);
                }
                Err(error) => drop(started.send(Err(error))),
            }
        };
        let thread = std::thread::Builder::new()
            .name("docker".to_owned())
            .spawn(run)
            .map_err(step("start the thread that talks to Docker"))?;
        let handle = handle
            .recv()
            .unwrap_or_else(|_| Err(std::io::Error::other("the thread is gone")))
            .map_err(step("start the runtime that talks to Docker"))?;
        let place = endpoint.map(str::to_owned);
        let connect = async move {
            let docker = match place.as_deref() {
                Some(place) => Docker::connect_with_host(place)?,
                None => Docker::connect_with_defaults()?,
            };
            docker.with_timeout(DEADLINE).negotiate_version().await
        };
        match on(&handle, Duration::from_secs(10), connect) {
            Some(Ok(docker)) => Ok(Self {
                docker,
                handle,
                stop: Some(stop),
                thread: Some(thread),
            }),
            outcome => {
                drop(stop);
                let _ = thread.join();
                let why = match outcome {
                    Some(Err(error)) => error.to_string(),
                    _ => "no answer within 10 s".to_owned(),
                };
                Err(unreachable(endpoint, &why))
            }
        }
    }

    pub(crate) fn docker(&self) -> &Docker {
        &self.docker
    }

    /// Where tasks that outlive their callers run.
    pub(crate) fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Waits for a call, from a thread that may be blocked.
    pub(crate) fn wait<T: Send + 'static>(
        &self,
        deadline: Duration,
        call: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, WallError> {
        on(&self.handle, deadline, call).ok_or_else(late)
    }

    /// Carries a call out on the engine's own runtime. Dropping the future does not stop it; what it makes is dropped there.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        call: impl Future<Output = Result<T, WallError>> + Send + 'static,
    ) -> Result<T, WallError> {
        let call = self.handle.spawn(tokio::time::timeout(DEADLINE, call));
        match call.await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(late()),
            Err(error) => Err(WallError::Lost(format!("the call to Docker: {error}"))),
        }
    }
}

fn on<T: Send + 'static>(
    handle: &Handle,
    deadline: Duration,
    call: impl Future<Output = T> + Send + 'static,
) -> Option<T> {
    let (answer, answered) = mpsc::channel();
    handle.spawn(async move {
        // Nobody may be waiting any more.
        let _ = answer.send(call.await);
    });
    answered.recv_timeout(deadline).ok()
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != std::thread::current().id()
        {
            let _ = thread.join();
        }
    }
}

fn late() -> WallError {
    WallError::Lost("Docker did not answer in time".to_owned())
}

fn unreachable(endpoint: Option<&str>, why: &str) -> WallError {
    let place = endpoint.map(str::to_owned);
    let place = place.or_else(|| std::env::var("DOCKER_HOST").ok());
    let place = place.unwrap_or_else(|| "unix:///var/run/docker.sock".to_owned());
    WallError::Missing {
        mechanism: "the Docker daemon",
        reason: format!(
            "none answers at {place} ({why}); start one (`systemctl start docker`, or this project's own: `deploy/docker start`), or \
             say in `docker` of the pool's configuration, or in DOCKER_HOST, where one is"
        ),
    }
}

/// A failed call as the failure of a step.
pub(crate) fn failed(name: &'static str) -> impl FnOnce(Error) -> WallError {
    move |error| {
        let said = match error {
            Error::DockerResponseServerError { message, .. } => message,
            other => other.to_string(),
        };
        step(name)(std::io::Error::other(said))
    }
}

/// Whether the daemon says that there is no such thing.
pub(crate) fn is_absent(error: &Error) -> bool {
    matches!(
        error,
        Error::DockerResponseServerError {
            status_code: 404,
            ..
        }
    )
}
