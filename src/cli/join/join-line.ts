import { shellWord } from '../launch/command-lines.ts'
import { peerValue } from '../options/app-url.ts'
import type { AppStatus } from '../parts/state-files.ts'
import { formatJoinToken, type JoinToken } from './join-token.ts'

/** What is told of an app to those that are to report to it. */
export type JoinedApp = Pick<AppStatus, 'localUrl' | 'certificate'>

/**
 * The URL of an app at an address as people write it; without port and scheme those that the app has.
 *
 * @param text `HOST`, `HOST:PORT` or a URL
 * @throws UsageError
 */
export const urlAt = (text: string, { localUrl }: JoinedApp): string => {
  const { protocol, port } = new URL(localUrl)
  const what = 'the address of this app, as the other machine reaches it'
  if (/^\w+:\/\//.test(text)) return peerValue(text, what)
  const hasPort = /^([^:[\]]*|\[.*\]):\d+$/.test(text)
  return peerValue(
    `${protocol}//${text}${hasPort ? '' : `:${port || (protocol === 'https:' ? 443 : 80)}`}`,
    what,
  )
}

/**
 * The line that another machine's shell is given to have it join: it starts a probe there that reports to this app. The
 * token goes through a pipe, written by a command that is part of every shell, so that no process has it among its
 * arguments. The blank at the beginning keeps it out of the history of shells that are set up so (`HISTCONTROL=ignorespace`).
 *
 * @param urls of the app as the other machine reaches it
 */
export const joinLine = (token: JoinToken, urls: readonly string[], { certificate }: JoinedApp): string => {
  const isTls = urls.some((url) => url.startsWith('https://'))
  const words = [
    ...['--probe-only', '--join=-'],
    ...(isTls && certificate?.isSelfSigned ? [`--probe.tls.fingerprint=${certificate.fingerprint}`] : []),
    // With port 443 and no scheme, https is meant.
    ...urls.map((url) => (url.endsWith(':443') ? url : url.replace(/^http:\/\//, ''))),
  ]
  return ` printf %s '${formatJoinToken(token)}' | sudo ./scope launch ${words.map(shellWord).join(' ')}`
}
