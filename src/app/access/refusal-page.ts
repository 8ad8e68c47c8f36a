import { isIP } from 'node:net'
import { html } from 'hono/html'

/** What a browser is told that may not see the map. */
export interface RefusalPage {
  /** Where the request comes from. */
  readonly reason: string
  /** What to call the machine that the app runs on, in a command, too; undefined when its name is not to be told. */
  readonly machine: string | undefined
  readonly port: number
  /** Whether the app answers on the machine's loopback, where a tunnel ends. */
  readonly onLoopback: boolean
}

const HOST = /^([\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i

const firstLabel = (name: string): string => name.split('.')[0]?.toLowerCase() ?? ''

/**
 * What to call this machine before somebody who has not proved anything: by the address or name that they know it by. A name
 * that was made to point here, from whose page a script could read the answer, learns none.
 *
 * @param host the request's `Host`
 */
export const machineFor = (host: string | undefined, hostname: string): string | undefined => {
  const name = HOST.exec(host ?? '')?.[1]?.replace(/^\[|\]$/g, '')
  if (name === undefined) return undefined
  return isIP(name) !== 0 || firstLabel(name) === firstLabel(hostname) ? name : undefined
}

/** A plain page that says how to get to the map: a browser has nowhere to put a token. */
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
