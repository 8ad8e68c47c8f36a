import type { AuditLog } from '../../audit/audit-log.ts'

/** Tells in the audit log that the app has started, or stops: in between, the log can be complete. */
export const auditLife = (audit: AuditLog, url: string | undefined) => {
  const record = (action: string): void =>
    audit.record({
      who: `uid ${process.getuid?.()}`,
      from: 'command line',
      action,
      target: url ?? '',
      result: 'done',
    })
  return { started: () => record('app-start'), stopping: () => record('app-stop') }
}
