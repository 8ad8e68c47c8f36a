/** A user in `/etc/passwd`. */
export interface PasswdEntry {
  readonly name: string
  readonly uid: number
  /** The user's primary group. */
  readonly gid: number
}

/** The largest user id: the one above it means "none" to the kernel. */
export const MAX_UID = 0xffff_fffe

const idOf = (text: string): number | undefined => {
  const id = /^\d{1,10}$/.test(text) ? Number(text) : undefined
  return id !== undefined && id <= MAX_UID ? id : undefined
}

/** Reads the text of a `passwd` file. Lines that name no user, such as comments, are passed over. */
export const parsePasswd = (text: string): readonly PasswdEntry[] =>
  text.split('\n').flatMap((line) => {
    const [name = '', , uidText = '', gidText = ''] = line.split(':')
    const uid = idOf(uidText)
    const gid = idOf(gidText)
    return name === '' || uid === undefined || gid === undefined ? [] : [{ name, uid, gid }]
  })
