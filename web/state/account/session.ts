import { batch, createSignal, onCleanup } from 'solid-js'
import type { SignedIn, SignIn, Who } from '../../../src/api/session.ts'
import { fetchWho, signIn, signOut, signOutEverywhere } from '../../data/account.ts'
import { hadNoAnswer, lacksSession, type RequestError } from '../../data/client.ts'
import { type Poll, poll } from '../../data/live/poll.ts'
import { onRefused } from '../../data/refusals.ts'
import { retry } from '../../data/retry.ts'
import { heldSecret, holdSecret, onSecretChange } from '../../data/session-secret.ts'
import type { Ended } from '../../domain/account/who.ts'
import { settings } from '../../settings.ts'
import { asRequestError } from '../app-info.ts'

type LinkUse = Extract<SignIn, { readonly code: string }>

/** Who the app takes this browser for, and the ways to change that. */
export interface SessionState {
  /** Undefined before the app's first answer. */
  readonly who: () => Who | undefined
  /** Why there is no first answer yet. */
  readonly failure: () => RequestError | undefined
  /** How the last session ended; undefined while signed in. */
  readonly ended: () => Ended | undefined
  /** Why the link that was opened did not sign in; undefined from the next attempt on. */
  readonly linkFailure: () => RequestError | undefined
  /** Forgets {@link ended} and {@link linkFailure}, which have been read. */
  forgetNotes(): void
  /** Signs in with the one-time code of a link. Does not throw, see {@link linkFailure}. */
  useLink(code: string): Promise<void>
  /** @throws {RequestError} when it was refused */
  signIn(proof: SignIn): Promise<void>
  /** Signs out this browser, or all browsers of the user. @throws {RequestError} when the app did not do it */
  signOut(scope: 'here' | 'everywhere'): Promise<void>
}

/**
 * Follows who the app takes this browser for: asks at the start, when anything was refused, when another tab has signed in
 * or out, and when the page becomes visible.
 *
 * @param code the one-time code of the link by which the page was opened
 */
export function createSession(code: string | undefined): SessionState {
  const [who, setWho] = createSignal<Who>()
  const [failure, setFailure] = createSignal<RequestError>()
  const [ended, setEnded] = createSignal<Ended>()
  const [linkFailure, setLinkFailure] = createSignal<RequestError>()
  let first: Poll | undefined

  const take = (now: Who) => {
    first?.stop()
    batch(() => {
      setWho(now)
      setFailure(undefined)
      if (now.by === 'session') setEnded(undefined)
    })
  }

  /** The secret of a session for whose end this tab has asked without an answer. */
  let left: string | undefined
  let asking: Promise<void> | undefined
  let changing = false
  const check = async (): Promise<void> => {
    // Signing in or out ends a session, whose sockets may be closed before the answer has come.
    if (changing) return
    asking ??= askWho().finally(() => {
      asking = undefined
    })
    await asking
  }
  const askWho = async () => {
    const secret = heldSecret()
    let now: Who
    try {
      now = await fetchWho()
    } catch (error) {
      setFailure(asRequestError(error))
      return
    }
    // Meanwhile another tab, or this one, has signed in or out.
    if (heldSecret() !== secret) return await askWho()
    if (secret !== undefined && now.by !== 'session') {
      holdSecret(undefined)
      setEnded(secret === left ? 'here' : 'elsewhere')
    }
    left = undefined
    // Not among what is caught above: what goes wrong while the page is drawn with it is no fault of the app.
    take(now)
  }

  let link: LinkUse | undefined
  /**
   * Asks again where no answer comes: the code is not in the address any more, so loading the page again would not help. The code may be
   * used then, and whoever sends it with the same key, also by a later press of the button, is given a session all the same.
   */
  const signInByLink = (code: string): Promise<SignedIn> => {
    const use = link?.code === code ? link : { code, idempotencyKey: randomKey() }
    link = use
    return retry(() => signIn(use), { pausesMs: settings.data.linkPausesMs, isPassing: hadNoAnswer })
  }
  const begin = async (proof: SignIn) => {
    setLinkFailure(undefined)
    changing = true
    try {
      const signedIn = await ('code' in proof ? signInByLink(proof.code) : signIn(proof))
      holdSecret(signedIn.secret)
      take(signedIn.who)
    } finally {
      changing = false
    }
  }
  const useLink = async (given: string) => {
    try {
      await begin({ code: given })
    } catch (error) {
      setLinkFailure(asRequestError(error))
      await check()
    }
  }

  const onVisible = () => {
    if (!document.hidden) void check()
  }
  const startAsking = () => {
    first = poll(check, settings.data.sessionPollMs)
  }
  if (code === undefined) startAsking()
  else void useLink(code).then(() => who() ?? startAsking())
  document.addEventListener('visibilitychange', onVisible)
  const stops = [
    onRefused(() => void check()),
    onSecretChange(() => {
      const wasSignedIn = who()?.by === 'session' && ended() === undefined
      if (!changing && wasSignedIn && heldSecret() === undefined) setEnded('tab')
      void check()
    }),
  ]
  onCleanup(() => {
    first?.stop()
    document.removeEventListener('visibilitychange', onVisible)
    for (const stop of stops) stop()
  })

  return {
    who,
    failure,
    ended,
    linkFailure,
    forgetNotes() {
      setEnded(undefined)
      setLinkFailure(undefined)
    },
    useLink,
    signIn: begin,
    async signOut(scope) {
      changing = true
      const noteUnanswered = () => {
        left = heldSecret()
      }
      try {
        await (scope === 'here' ? signOut(noteUnanswered) : signOutEverywhere(noteUnanswered))
        holdSecret(undefined)
        setEnded('here')
      } catch (error) {
        // Whether the session had ended already, or was ended by a request whose answer was lost, is told below.
        if (hadNoAnswer(error)) noteUnanswered()
        if (!lacksSession(error)) throw error
      } finally {
        changing = false
      }
      await check()
    },
  }
}

/** 128 random bits. `crypto.randomUUID` is there only over HTTPS and on localhost. */
const randomKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  )
