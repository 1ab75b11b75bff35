//! Pages of screens. The table below is what the binary mounts.
//!
//! | method | path | access | relation | handler |
//! |---|---|---|---|---|
//! | GET | /staff/lock | AnyStaff | Own | `lock::page` |
//! | POST | /staff/lock | AnyStaff | Own | `lock::lock` |
//! | POST | /staff/unlock | AnyStaff | Own | `lock::unlock` |
//! | GET | /held | SignedIn | Own | `held::page` |
//! | POST | /held/drop | SignedIn | Own | `held::drop` |

pub mod held;
pub mod lock;
