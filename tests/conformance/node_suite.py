"""What Node's own tests check of timers, ticks, immediates and rejections, and where we do.

The names are those of test/parallel and test/sequential of Node (MIT; read, not copied). Programs
in tests/clauses name the test that they cover themselves; this table has the others.
"""

from __future__ import annotations

SUITE = "nodejs/node test/parallel and test/sequential, as of denoland/node_test c5baef08"

PROGRAMS = {
    # The test, and the programs of tests/programs (or the test file) that show the same behaviour.
    "test-next-tick-doesnt-hang": "113-ticks-and-microtasks-take-turns",
    "test-next-tick-when-exiting": "141-beforeExit-and-exit",
    "test-process-beforeexit": "141-beforeExit-and-exit",
    "test-process-beforeexit-throw-exit": "304-exit-handler-throws",
    "test-process-exit": "191-exit-inside-exit",
    "test-process-exit-code": "233-exit-code",
    "test-process-exit-from-before-exit": "401-exit-from-beforeExit",
    "test-process-exit-handler": "191-exit-inside-exit",
    "test-process-exit-recursive": "191-exit-inside-exit",
    "test-promise-unhandled-default": "140-unhandled-default-kills-before-macrotask",
    "test-promise-unhandled-error": "190-uncaught-in-uncaught-promise-chain",
    "test-promise-handled-rejection-no-warning": "135-unhandledRejection-when-queues-are-dry",
    "test-timers-reset-process-domain-on-throw": "139-throwing-timer-next-timer-before-ticks",
    "test-timers-unenroll-unref-interval": "244-ref-and-unref",
    "test-timers-unrefed-in-beforeexit": "402-unrefed-does-not-revive",
    "test-timers-unrefed-in-callback": "244-ref-and-unref",
    "test-timers-immediate-unref-nested-once": "402-unrefed-does-not-revive",
    "test-timers-clearImmediate-als": "177-context-is-captured-when-registered",
    "test-timers": "121-delays-below-1-share-a-list",
    "test-timers-non-integer-delay": "121-delays-below-1-share-a-list",
    "test-timers-invalid-clear": "131-clear-takes-anything",
    "test-timers-api-refs": "244-ref-and-unref",
    "test-unhandled-exception-rethrow-error": "211-uncaughtException-handler-throws",
    "test-promises-warning-on-unhandled-rejection": "136-rejectionHandled-timing",
}

NOT_APPLICABLE = {
    "warnings that are newer than Node 20": (
        "test-timers-nan-duration-emit-once-per-process",
        "test-timers-negative-duration-warning-emit-once-per-process",
        "test-timers-not-emit-duration-zero",
    ),
    "JavaScript's or Node's own machinery: `this`, internals, domains, async_hooks": (
        "test-global-setters",
        "test-next-tick-domain",
        "test-promise-hook-create-hook",
        "test-promise-hook-exceptions",
        "test-promise-hook-on-after",
        "test-promise-hook-on-before",
        "test-promise-hook-on-init",
        "test-promise-hook-on-resolve",
        "test-promise-reject-callback-exception",
        "test-promises-unhandled-proxy-rejections",
        "test-queue-microtask-uncaught-asynchooks",
        "test-timers-fast-calls",
        "test-timers-now",
        "test-timers-process-tampering",
        "test-timers-this",
        "test-timers-user-call",
        "test-uncaught-exception-handler-stack-overflow",
        "test-uncaught-exception-handler-stack-overflow-on-stack-overflow",
    ),
    "what loopscope has not: timers/promises, promisify, dispose, a monitor of errors": (
        "test-process-uncaught-exception-monitor",
        "test-timers-dispose",
        "test-timers-immediate-promisified",
        "test-timers-interval-promisified",
        "test-timers-nan-duration-warning-promises",
        "test-timers-promises",
        "test-timers-promises-scheduler",
        "test-timers-timeout-promisified",
    ),
    "a command-line option of node, --unhandled-rejections": (
        "test-promise-unhandled-flag",
        "test-promise-unhandled-silent",
        "test-promise-unhandled-silent-no-hook",
        "test-promise-unhandled-warn",
        "test-promise-unhandled-warn-no-hook",
    ),
    "sockets, files, worker threads": (
        "test-promise-unhandled-error-with-reading-file",
        "test-timers-socket-timeout-removes-other-socket-unref-timer",
        "test-unhandled-exception-with-worker-inuse",
    ),
    "memory and speed, which ./dev refleak and ./dev bench see": (
        "test-next-tick-error-spin",
        "test-promise-unhandled-issue-43655",
    ),
    "validation of process.exitCode, which Python's types do": (
        "test-process-exit-code-validation",
    ),
}
