import * as z from 'zod'

/** Entries answered at a time, at most. */
export const MAX_AUDIT_ENTRIES_ANSWERED = 1000

export const auditEntrySchema = z
  .object({
    at: z.iso.datetime(),
    who: z.string().describe('`anna`, `owner`, `token`, `uid 1000 (anna)`; empty when nobody was signed in.'),
    from: z
      .string()
      .describe(
        'Address of the client, on loopback with its user (`127.0.0.1 uid 1000`), or `command line`; of several entries together maybe their ' +
          'network (`10.0.0.0/24`), or `several addresses`.',
      ),
    action: z
      .string()
      .describe(
        '`sign-in`, `sign-out`, `link`, `join-token`, `user-add`, `user-remove`, `user-role`, `user-password`, `refused`, `app-start`, ' +
          '`app-stop`, `audit-lost`, `audit-damaged`, or the id of a control, with `:end` when what it has opened has ended.',
      ),
    target: z.exactOptional(z.string()).describe('What it was done to: a user, a node, a path.'),
    result: z.enum(['done', 'refused', 'failed']),
    reason: z
      .exactOptional(z.string())
      .describe('Why it was refused, or failed; of a terminal, why it ended unless its program did.'),
    durationMs: z
      .exactOptional(z.int().min(0))
      .describe('How long a terminal or log was open; such an entry is written when it ends.'),
    count: z.exactOptional(z.int().min(2)).describe('How many such entries this one stands for.'),
  })
  .readonly()
  .meta({ id: 'AuditEntry', description: 'An entry of the audit log.' })

/** An entry of the audit log. */
export type AuditEntry = z.infer<typeof auditEntrySchema>

export const auditDocumentSchema = z
  .object({ entries: z.array(auditEntrySchema).readonly().describe('Newest first.') })
  .readonly()
  .meta({ id: 'Audit', description: 'The newest entries of the audit log.' })

/** `GET /api/audit` */
export type AuditDocument = z.infer<typeof auditDocumentSchema>
