import { isIP } from 'node:net'
import { html } from 'hono/html'

/** What the page for a refused browser says. */
export interface RefusalPage {
  /** Why the request was refused, worded to follow a colon. */
  readonly reason: string
  /** Name or address of the app's machine, also used in commands; undefined when it must not be revealed. */
  readonly machine: string | undefined
  readonly port: number
  /** Whether the app also listens on loopback, where an SSH tunnel can end. */
  readonly onLoopback: boolean
}

const HOST = /^([\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i

const firstLabel = (name: string): string => name.split('.')[0]?.toLowerCase() ?? ''

/**
 * The name of this machine to show to an unauthenticated client: the address or name that the client used itself. It is
 * undefined for a `Host` that is neither an IP address nor this machine's own name, so that a script using DNS
 * rebinding does not learn the name.
 *
 * @param host the request's `Host`
 */
export const machineFor = (host: string | undefined, hostname: string): string | undefined => {
  const name = HOST.exec(host ?? '')?.[1]?.replace(/^\[|\]$/g, '')
  if (name === undefined) return undefined
  return isIP(name) !== 0 || firstLabel(name) === firstLabel(hostname) ? name : undefined
}

/** The page that explains how to get to the map, since a browser cannot be given a token. */
export const refusalPage = ({ reason, machine, port, onLoopback }: RefusalPage) => html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Scope: not open to other machines</title>
<h1>This map is not open to other machines</h1>
<p>Scope shows the inside of the machine it runs on, so your request was not answered: ${reason}.</p>
<h2>In a browser</h2>
${onLoopback ? tunnel(machine ?? 'MACHINE', port) : elsewhere(port)}
<h2>In scripts</h2>
<p>Run <code>scope token</code> on that machine, as the user who launched Scope, and send what it prints with each request:</p>
<pre>curl -H 'Authorization: Bearer TOKEN' http://${inUrl(machine ?? 'MACHINE')}:${port}/api</pre>
</html>
`

const inUrl = (machine: string): string => (isIP(machine) === 6 ? `[${machine}]` : machine)

const tunnel = (
  machine: string,
  port: number,
) => html`<p>Open a tunnel from your machine, and leave it open:</p>
<pre>ssh -N -L ${port}:localhost:${port} ${machine}</pre>
<p>Then go to <a href="http://localhost:${port}">http://localhost:${port}</a>.</p>`

const elsewhere = (
  port: number,
) => html`<p>Scope was told to listen on this address only, where a tunnel does not help. Launch it there with
<code>--app.http.address=127.0.0.1:${port}</code>, or <code>--app.http.address=:${port}</code>, and open a tunnel from your machine:</p>
<pre>ssh -N -L ${port}:localhost:${port} MACHINE</pre>`
