import { isIP } from 'node:net'

/** The app cannot listen at the given address. The message says why and what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
}

/** Where to listen. */
export interface ListenAddress {
  /** Host name or IP address; undefined = every address of the machine, IPv4 and IPv6. */
  readonly host: string | undefined
  /** 0 picks a free port. */
  readonly port: number
}

const FORM = /^(?:\[(?<ipv6>[^\]]*)\]|(?<host>[^:[\]]*)):(?<port>\d{1,5})$/

/**
 * Parses `:4040` (every address), `127.0.0.1:4040`, `name:4040` or `[::1]:4040`.
 *
 * @throws {ListenError} when it is none of these
 */
export const parseListenAddress = (text: string): ListenAddress => {
  const parts = FORM.exec(text)?.groups
  const port = Number(parts?.port)
  const host = parts?.ipv6 ?? parts?.host ?? ''
  const wellFormed =
    parts !== undefined &&
    port <= 65_535 &&
    (parts.ipv6 === undefined ? /^[\w.-]*$/.test(host) : isIP(host) === 6)
  if (!wellFormed)
    throw new ListenError(
      `cannot listen on "${text}": expected host:port, such as :4040, 127.0.0.1:4040 or [::1]:4040`,
    )
  return { host: host === '' ? undefined : host, port }
}
