import type { AuditEntry, EventKind } from '../../api/types.ts'

/** What an event of the audit log tells. */
export interface AuditEventWords {
  readonly kind: EventKind
  readonly text: string
}

/** Fewer refused sign-ins at a time are slips of the hand. */
const BURST = 5

export const isRefusedSignIn = ({ action, result }: AuditEntry): boolean =>
  action === 'sign-in' && result === 'refused'

/**
 * What is told of an entry to all who may see the map: only what happened and who did it. No addresses and no reasons; of refused
 * sign-ins not the user either, since people type passwords into the wrong field.
 *
 * @param count how many such entries there are
 * @returns undefined for what is no event
 */
export const wordsOf = (entry: AuditEntry, count: number): AuditEventWords | undefined => {
  const { who, action, target = '', result } = entry
  if (isRefusedSignIn(entry))
    return count < BURST ? undefined : { kind: 'access-refused', text: `${count} sign-ins were refused` }
  if (result !== 'done') return undefined
  const times = count < 2 ? '' : ` ${count} times`
  const whose = who === target ? 'their' : `${target}'s`
  switch (action) {
    case 'sign-in':
      return { kind: 'signed-in', text: `${who} signed in${times}` }
    case 'user-add':
      return { kind: 'user-changed', text: `${who} added the user ${target}${times}` }
    case 'user-remove':
      return { kind: 'user-changed', text: `${who} removed the user ${target}${times}` }
    case 'user-role':
      return { kind: 'user-changed', text: `${who} changed ${whose} role${times}` }
    case 'user-password':
      return { kind: 'user-changed', text: `${who} changed ${whose} password${times}` }
    default:
      return undefined
  }
}
