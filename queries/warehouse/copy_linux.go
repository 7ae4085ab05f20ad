package warehouse

import "syscall"

// direct opens a file to be written past the cache.
const direct = syscall.O_DIRECT
