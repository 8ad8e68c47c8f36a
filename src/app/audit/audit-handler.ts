import type { AuditDocument } from '../../api/types.ts'
import type { AuditLog } from '../../audit/audit-log.ts'
import type { Handlers } from '../http/handlers.ts'
import { answerJson } from '../http/sending/json.ts'

/** Handler of `/api/audit`. */
export const auditHandler =
  (audit: AuditLog): Handlers['audit'] =>
  (c) => {
    const document: AuditDocument = { entries: audit.newest(c.req.valid('query').limit) }
    return answerJson(c, JSON.stringify(document))
  }
