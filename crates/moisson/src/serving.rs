//! Where the store of a data folder is being served: `serving` in the folder, so that a command that finds the store in use
//! can say how to go on.

use std::{net::SocketAddr, path::Path};

const NAME: &str = "serving";

/// The file, as long as this lives.
#[derive(Debug)]
pub(crate) struct Serving(std::path::PathBuf);

impl Serving {
    /// Says that the store in `folder` is served at `address`. Failing to say so is no reason not to serve.
    pub(crate) fn at(folder: &Path, address: SocketAddr) -> Self {
        let path = folder.join(NAME);
        if let Err(error) = std::fs::write(&path, format!("{} {}\n", std::process::id(), reachable(address)))
        {
            tracing::warn!("cannot write `{}`: {error}", path.display());
        }
        Self(path)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.0) {
            tracing::debug!("cannot delete `{}`: {error}", self.0.display());
        }
    }
}

/// Where the store is served by the process that has it (`process 17 (moisson)`), if it serves it.
pub(crate) fn address(folder: &Path, holder: &str) -> Option<String> {
    let text = std::fs::read_to_string(folder.join(NAME)).ok()?;
    let (process, address) = text.trim().split_once(' ')?;
    holder.starts_with(&format!("process {process} ")).then(|| address.to_owned())
}

/// An address that this machine can reach.
fn reachable(address: SocketAddr) -> String {
    match (address.ip().is_unspecified(), address.is_ipv4()) {
        (false, _) => format!("http://{address}"),
        (true, true) => format!("http://127.0.0.1:{}", address.port()),
        (true, false) => format!("http://[::1]:{}", address.port()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_that_of_the_process_that_has_the_store() {
        let folder = tempfile::tempdir().unwrap();
        let me = format!("process {} (moisson)", std::process::id());
        let serving = Serving::at(folder.path(), "0.0.0.0:8080".parse().unwrap());
        assert_eq!(address(folder.path(), &me).as_deref(), Some("http://127.0.0.1:8080"));
        assert_eq!(address(folder.path(), "process 1 (backup)"), None);
        drop(serving);
        assert_eq!(address(folder.path(), &me), None);
    }
}
