"""Numbers of the kernel calls that a sealed child process is refused, on x86-64 and on 64-bit ARM.

Source: Linux, `asm/unistd_64.h` and `asm-generic/unistd.h`. A dash: the architecture has no such call.
"""

from __future__ import annotations

__all__ = ["AARCH64", "DENIED", "SPECIAL", "X86_64"]

X86_64, AARCH64 = 0, 1
"""Columns of the tables below."""

_TABLE = """
# files: opened, made, renamed, changed
open 2 - | openat 257 56 | openat2 437 437 | creat 85 - | name_to_handle_at 303 264
open_by_handle_at 304 265 | truncate 76 45 | ftruncate 77 46 | memfd_create 319 279 | link 86 -
linkat 265 37 | symlink 88 - | symlinkat 266 36 | unlink 87 - | unlinkat 263 35 | rename 82 -
renameat 264 38 | renameat2 316 276 | mkdir 83 - | mkdirat 258 34 | rmdir 84 - | mknod 133 - | mknodat 259 33
chmod 90 - | fchmod 91 52 | fchmodat 268 53 | chown 92 - | fchown 93 55 | lchown 94 - | fchownat 260 54
utime 132 - | utimes 235 - | utimensat 280 88 | futimesat 261 - | setxattr 188 5 | lsetxattr 189 6
fsetxattr 190 7
# file systems and the own root
chdir 80 49 | fchdir 81 50 | chroot 161 51 | pivot_root 155 41 | mount 165 40 | umount2 166 39
move_mount 429 429 | open_tree 428 428 | fsopen 430 430 | fsmount 432 432 | fspick 433 433
mount_setattr 442 442
# network
socket 41 198 | socketpair 53 199 | connect 42 203 | bind 49 200 | listen 50 201 | accept 43 202
accept4 288 242 | sendto 44 206 | sendmsg 46 211 | sendmmsg 307 269
# programs and other processes
execve 59 221 | execveat 322 281 | fork 57 - | vfork 58 - | kill 62 129 | tkill 200 130
rt_sigqueueinfo 129 138 | rt_tgsigqueueinfo 297 240 | pidfd_open 434 434 | pidfd_send_signal 424 424
pidfd_getfd 438 438 | ptrace 101 117 | process_vm_readv 310 270 | process_vm_writev 311 271
process_madvise 440 440 | kcmp 312 272 | unshare 272 97 | setns 308 268 | setpgid 109 154 | setsid 112 157
# shared memory and queues
shmget 29 194 | shmat 30 196 | msgget 68 186 | semget 64 190 | mq_open 240 180
# doors into the kernel
bpf 321 280 | perf_event_open 298 241 | userfaultfd 323 282 | io_uring_setup 425 425 | io_uring_enter 426 426
io_uring_register 427 427 | keyctl 250 219 | add_key 248 217 | request_key 249 218 | init_module 175 105
finit_module 313 273 | delete_module 176 106 | kexec_load 246 104 | kexec_file_load 320 294 | reboot 169 142
swapon 167 224 | swapoff 168 225 | acct 163 89 | quotactl 179 60 | inotify_init 253 - | inotify_init1 294 26
fanotify_init 300 262
# identity
setuid 105 146 | setgid 106 144 | setreuid 113 145 | setregid 114 143 | setresuid 117 147 | setresgid 119 149
setgroups 116 159 | capset 126 91
"""


def _read(table: str) -> dict[str, tuple[int | None, int | None]]:
    entries: dict[str, tuple[int | None, int | None]] = {}
    for line in table.strip().splitlines():
        for entry in line.split("|") if not line.startswith("#") else ():
            name, x86_64, aarch64 = entry.split()
            entries[name] = (None if x86_64 == "-" else int(x86_64), None if aarch64 == "-" else int(aarch64))
    return entries


DENIED = _read(_TABLE)
"""Calls that fail with "permission denied", by name."""

SPECIAL = _read("clone 56 220 | clone3 435 435 | tgkill 234 131")
"""Calls that are allowed in part: threads but no processes, signals to the own process alone."""
