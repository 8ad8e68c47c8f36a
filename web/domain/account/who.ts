import type { Role, Who } from '../../../src/api/session.ts'

/** What the page shows: the map, the sign-in form, or that it waits for the app's first answer. */
export type Screen = 'waiting' | 'sign-in' | 'map'

/** What to show to somebody. @param who undefined before the app has answered */
export function screenFor(who: Who | undefined): Screen {
  if (who === undefined) return 'waiting'
  return who.role === undefined ? 'sign-in' : 'map'
}

/** How a session of this browser ended: `here` by the user in this tab, `tab` in another one, `elsewhere` by the app. */
export type Ended = 'here' | 'tab' | 'elsewhere'

/** What is said when a session has ended. */
export const endedWords: Readonly<Record<Ended, string>> = {
  here: 'You are signed out.',
  tab: 'You signed out in another tab.',
  elsewhere:
    'Your session has ended. It may have expired, have been ended from another browser, or your password or role was changed.',
}

/** What each role may do. */
export const roleWords: Readonly<Record<Role, string>> = {
  viewer: 'sees the map',
  operator: 'sees the map and controls containers',
  admin: 'may do everything, including managing users and reading the audit log',
}

/** Who asks, in a word or two: `anna`, and of `uid 1000 (anna)` only `anna`. */
export function shortName(who: Who): string {
  return /\((.+)\)$/.exec(who.name)?.[1] ?? who.name
}

/** How the app knows who asks, as a sentence. */
export function proofWords(who: Who): string {
  const more = who.readOnly ? '' : ' You see the map; to change anything, sign in.'
  switch (who.by) {
    case 'kernel':
      return `The kernel of Scope's machine says that ${who.name} is connected.${more}`
    case 'proxy':
      return `The proxy in front of Scope says that you are ${who.name}.${more}`
    case 'session':
      return 'This browser is signed in.'
    case 'token':
      return 'By a bearer token.'
    case 'password':
      return 'By the password that the browser sends with each request.'
    case 'nothing':
      return ''
  }
}

/** Whether there is anything to sign out of. */
export function isSignedIn(who: Who): boolean {
  return who.by === 'session'
}

/** Whether somebody may see and change users. */
export function managesUsers(who: Who): boolean {
  return who.role === 'admin' && who.mayAct && !who.readOnly
}

/** Whether somebody may read the audit log. */
export function readsAudit(who: Who): boolean {
  return who.role === 'admin'
}
