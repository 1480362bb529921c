/*
 * report.h: what tine tells on standard error.  Each message is one write, so
 * that those of several processes do not mix.
 */
#ifndef TINE_CLI_REPORT_H
#define TINE_CLI_REPORT_H

#include "base/error.h"
#include "proc/process.h"

/* Exit statuses of tine itself, as the shell uses them. */
#define EXIT_TINE      125 /* tine, or the system, failed */
#define EXIT_NO_MODULE 126 /* found, but not to be run */
#define EXIT_NOT_FOUND 127

/* "tine: PATH: TEXT (at byte 0x1a4)"; path may be NULL. */
void report_error(const char *path, const struct error *err);

/* The exit status for an error. */
int report_status(const struct error *err);

/* A guest's trap: the reason, and where in the program; to what the guest has
 * as its standard error. */
void report_trap(struct process *process);

#endif
