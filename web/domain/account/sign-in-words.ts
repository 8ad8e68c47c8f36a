/** What a failed sign-in says of itself, see `RequestError`. */
export interface SignInFailure {
  readonly status: number
  readonly message: string
}

/** Why signing in failed, and what to do. */
export function signInFailureWords({ status, message }: SignInFailure): string {
  const said = sentence(message)
  return status === 0 ? `${said} Try again in a moment; "scope status" tells how the app does.` : said
}

/** A message of the app as a sentence, with a capital letter and a full stop. */
export function sentence(message: string): string {
  const text = endOfSentence(message)
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}

/** A message of the app as the end of a sentence, with a full stop. */
export function endOfSentence(message: string): string {
  const text = message.trim()
  return /[.!?]$/.test(text) ? text : `${text}.`
}

/** Port at which the app listens unless it is told another. */
const defaultPort = '4040'

const loopback = /^(?:localhost|127(?:\.\d+){3}|::1)$/i

/** How to reach the app through a tunnel that ends on its own machine. */
export interface Tunnel {
  readonly command: string
  /** Where the map is then. */
  readonly url: string
}

/**
 * The tunnel to the app of this page. The machine is named as the page's address does; by a loopback name it cannot be.
 *
 * @param location the page's address
 */
export function tunnelTo(location: { readonly hostname: string; readonly port: string }): Tunnel {
  const port = location.port || defaultPort
  const name = location.hostname.replace(/^\[|\]$/g, '')
  const machine = loopback.test(name) ? 'MACHINE' : name
  return { command: `ssh -N -L ${port}:127.0.0.1:${port} ${machine}`, url: `http://localhost:${port}` }
}
