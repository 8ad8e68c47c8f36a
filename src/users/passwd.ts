/** A user in `/etc/passwd`. */
export interface PasswdEntry {
  readonly name: string
  readonly uid: number
  /** The user's primary group. */
  readonly gid: number
}

/** An entry with what a login of the user takes. */
export interface PasswdLogin extends PasswdEntry {
  /** The home directory; empty when none is named. */
  readonly home: string
  /** The login shell; empty when none is named, which means `/bin/sh`. */
  readonly shell: string
}

/** The largest user id: the one above it means "none" to the kernel. */
export const MAX_UID = 0xffff_fffe

const idOf = (text: string): number | undefined => {
  const id = /^\d{1,10}$/.test(text) ? Number(text) : undefined
  return id !== undefined && id <= MAX_UID ? id : undefined
}

/** Reads the text of a `passwd` file. Lines that name no user, such as comments, are passed over. */
export const parseLogins = (text: string): readonly PasswdLogin[] =>
  text.split('\n').flatMap((line) => {
    const [name = '', , uidText = '', gidText = '', , home = '', shell = ''] = line.split(':')
    const uid = idOf(uidText)
    const gid = idOf(gidText)
    return name === '' || uid === undefined || gid === undefined ? [] : [{ name, uid, gid, home, shell }]
  })

/** {@link parseLogins}, without homes and shells. */
export const parsePasswd = (text: string): readonly PasswdEntry[] =>
  parseLogins(text).map(({ name, uid, gid }) => ({ name, uid, gid }))
