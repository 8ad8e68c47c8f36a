import type { Who } from '../../../src/api/session.ts'
import { isSignedIn, managesUsers, readsAudit } from './who.ts'

/** A part of the dialog in which one signs in, or manages what is beside the map. */
export type Section = 'sign-in' | 'sessions' | 'users' | 'audit'

/** The name of each section. */
export const sectionNames: Readonly<Record<Section, string>> = {
  'sign-in': 'Sign in',
  sessions: 'Sessions',
  users: 'Users',
  audit: 'Audit log',
}

/** What each section is for, in a few words. */
export const sectionTitles: Readonly<Record<Section, string>> = {
  'sign-in': 'To change anything',
  sessions: 'Where you are signed in',
  users: 'Who may see and do what',
  audit: 'Who has done what',
}

/** The sections that are open to somebody. */
export function sectionsOf(who: Who): readonly Section[] {
  return [
    ...(isSignedIn(who) ? (['sessions'] as const) : (['sign-in'] as const)),
    ...(managesUsers(who) ? (['users'] as const) : []),
    ...(readsAudit(who) ? (['audit'] as const) : []),
  ]
}
