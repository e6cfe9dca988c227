package node

import (
	"errors"
	"io/fs"
	"syscall"
)

// errnoText holds glibc's texts for the errors that commands print.
var errnoText = map[syscall.Errno]string{
	syscall.ENOENT:       "No such file or directory",
	syscall.EEXIST:       "File exists",
	syscall.ENOTDIR:      "Not a directory",
	syscall.EISDIR:       "Is a directory",
	syscall.ENOTEMPTY:    "Directory not empty",
	syscall.ELOOP:        "Too many levels of symbolic links",
	syscall.EROFS:        "Read-only file system",
	syscall.ENOSPC:       "No space left on device",
	syscall.EACCES:       "Permission denied",
	syscall.EPERM:        "Operation not permitted",
	syscall.EBUSY:        "Device or resource busy",
	syscall.EINVAL:       "Invalid argument",
	syscall.ENXIO:        "No such device or address",
	syscall.ENAMETOOLONG: "File name too long",
	syscall.ECONNREFUSED: "Connection refused",
	syscall.EPIPE:        "Broken pipe",
	syscall.EBADF:        "Bad file descriptor",
	syscall.ENOEXEC:      "Exec format error",
	syscall.E2BIG:        "Argument list too long",
}

// strerror returns glibc's text for an error of the file system.
func strerror(err error) string {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		err = pe.Err
	}
	if no, ok := errors.AsType[syscall.Errno](err); ok {
		if text, ok := errnoText[no]; ok {
			return text
		}
	}
	return err.Error()
}
