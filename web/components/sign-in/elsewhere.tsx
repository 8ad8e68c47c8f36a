import type { JSX } from 'solid-js'
import { tunnelTo } from '../../domain/account/sign-in-words.ts'
import { Copyable } from '../card/facts/copyable.tsx'

/** How to get to the map through an SSH tunnel, where nobody can sign in on this connection. */
export function TunnelHelp(): JSX.Element {
  const tunnel = tunnelTo(location)
  return (
    <section class="sign-in-help" data-testid="tunnel">
      <h2>Through a tunnel</h2>
      <p>Open a tunnel from your machine to the one that Scope runs on, and leave it open:</p>
      <Command text={tunnel.command} />
      <p>
        Then go to <a href={tunnel.url}>{tunnel.url}</a>. Scope has to listen on loopback there, as it does
        unless it was told to listen on one address only (--app.http.address).
      </p>
    </section>
  )
}

/** How scripts get at what the page shows. */
export function Scripts(): JSX.Element {
  return (
    <details class="sign-in-help">
      <summary>In scripts</summary>
      <p>
        Run <code>scope token</code> on the machine that Scope runs on, as the user who launched it, and send
        what it prints with each request:
      </p>
      <Command
        text={`curl -H 'Authorization: Bearer TOKEN' ${new URL('api', new URL('.', location.href)).href}`}
      />
    </details>
  )
}

function Command(props: { readonly text: string }): JSX.Element {
  return (
    <div class="sign-in-command">
      <Copyable text={props.text}>
        <code class="mono">{props.text}</code>
      </Copyable>
    </div>
  )
}
