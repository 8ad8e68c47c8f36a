import { join } from 'node:path'
import type { Faults } from '../log/faults.ts'
import { appDir } from '../state/app-dir.ts'
import { type AuditLog, openAuditLog } from './audit-log.ts'
import { sharedByProcesses } from './files/writers-lock.ts'

/** The newest file of the audit log of each part, in a state directory. */
export const auditPath = {
  app: (stateDir: string): string => join(appDir(stateDir), 'audit.log'),
  probe: (stateDir: string): string => join(stateDir, 'probe-audit.log'),
}

/** Opens the audit log of the app. Commands write to it, too, while the app runs and when it does not. */
export const openAppAudit = (stateDir: string, faults: Faults): AuditLog => {
  const path = auditPath.app(stateDir)
  return openAuditLog({ path, faults, lock: sharedByProcesses(`${path}.lock`) })
}
