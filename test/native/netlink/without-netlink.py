"""Runs a program that may open no netlink socket, as systemd's RestrictAddressFamilies= has it: PROGRAM ARGUMENT…"""

import ctypes
import os
import platform
import struct
import sys

AF_NETLINK = 16
EAFNOSUPPORT = 97
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 22, 38
SECCOMP_MODE_FILTER = 2
SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO = 0x7FFF0000, 0x00050000
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06

socket_call = {"x86_64": 41, "aarch64": 198}[platform.machine()]
instructions = [
    (LOAD, 0, 0, 0),  # number of the system call
    (JUMP_IF_EQUAL, 0, 3, socket_call),
    (LOAD, 0, 0, 16),  # its first argument
    (JUMP_IF_EQUAL, 0, 1, AF_NETLINK),
    (RETURN, 0, 0, SECCOMP_RET_ERRNO | EAFNOSUPPORT),
    (RETURN, 0, 0, SECCOMP_RET_ALLOW),
]
code = b"".join(struct.pack("=HBBI", *instruction) for instruction in instructions)
memory = ctypes.create_string_buffer(code)
program = struct.pack("@HP", len(instructions), ctypes.addressof(memory))

libc = ctypes.CDLL(None, use_errno=True)
for arguments in [(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program, 0, 0)]:
    if libc.prctl(*arguments) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
os.execv(sys.argv[1], sys.argv[1:])
