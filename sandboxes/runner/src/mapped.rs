//! Users of a sandbox as the host knows them: part of what the host says to a keeper.

use bincode::{Decode, Encode};

/// What the user of the programs, [`crate::protocol::Setup::uid`], is on the host.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Users {
    /// The same user: the keeper is root.
    Host,
    /// One of the daemon's subordinate users, in a user namespace; inside, the keeper is user 0.
    Subordinate(UserMap),
    /// The daemon's own user, in a user namespace in which there is no other.
    Single,
}

/// Users of a namespace that are subordinate users of the daemon's.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct UserMap {
    /// The set-uid program that maps users.
    pub newuidmap: String,
    /// The one that maps groups.
    pub newgidmap: String,
    /// The first user and group inside; those of every slot are among them.
    pub inside: u32,
    /// The first user on the host.
    pub first_uid: u32,
    /// The first group on the host.
    pub first_gid: u32,
    /// How many.
    pub count: u32,
}
