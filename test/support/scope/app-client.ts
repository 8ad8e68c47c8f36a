import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import type { ReportMessage } from '../../../src/report/delta/delta-schema.ts'
import { encodeReport } from '../../../src/report/encoding/encoding.ts'
import { type ProofSubject, probeIdOf, proofHeaders, proveReport } from '../../../src/report/proof/proof.ts'
import { type Envelope, REPORT_CONTENT_TYPE } from '../../../src/report/schema.ts'
import { clusterKey } from '../../../src/state/state-dir.ts'
import { serveControls, type TestControls, type TestOperator } from './test-controls.ts'

/** The app that a test probe posts to, and the keys that it uses. */
export interface TestProbeOptions {
  /** Where the app listens, `http://host:port`. */
  readonly url: string
  /** The app's state directory: its cluster key is used. */
  readonly stateDir: string
  /** The probe's Ed25519 private key; a new one by default. */
  readonly key?: KeyObject
  /** A cluster key to use instead of the one in the state directory. */
  readonly clusterKey?: Uint8Array
  /** Whether it says that it has no cluster key, as an unverified probe does. */
  readonly unverified?: boolean
}

/** The app's answer to a report. */
export interface TestAnswer {
  readonly status: number
  readonly headers: Headers
  /** The body, parsed as JSON. */
  readonly body: {
    readonly seq?: number
    readonly need?: string
    readonly error?: { readonly code: string; readonly message: string; readonly field?: string }
  }
}

/**
 * A stand-in for a probe, which the app cannot tell from a real one: it has a key, an epoch and a counter, and posts
 * what a test gives it.
 */
export interface TestProbe {
  readonly probeId: string
  readonly key: KeyObject
  /** Epoch of the reports that are posted from now on. */
  epoch: string
  /** Number of the last report that was posted. */
  seq: number
  /**
   * Posts a report, whole or as a delta, with this probe's id, its epoch and the next number. Fields in `change`
   * override those of the envelope.
   */
  post(message: ReportMessage, change?: Partial<Omit<Envelope, 'base'>>): Promise<TestAnswer>
  /** Posts any body with a valid proof. `headers` replace the usual ones; an undefined value removes a header. */
  postBody(body: Uint8Array, headers?: Readonly<Record<string, string | undefined>>): Promise<TestAnswer>
  /**
   * Says goodbye after the last report that was posted. `change` overrides what is signed, `headers` what is sent.
   */
  sayGoodbye(
    change?: Partial<Pick<ProofSubject, 'epoch' | 'seq' | 'challenge' | 'purpose'>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Response>
  /**
   * Opens a channel in the epoch of its reports, on which it carries out orders to use controls.
   *
   * @throws when the app refuses the channel
   */
  serve(controls: TestControls): Promise<TestOperator>
  /** Begins a new epoch, as a restart does. */
  restart(): void
}

const randomEpoch = (): string => randomBytes(8).toString('hex')

/** A probe that can post whatever a test needs to an app that runs. */
export const connectTestProbe = async (options: TestProbeOptions): Promise<TestProbe> => {
  const key = options.key ?? generateKeyPairSync('ed25519').privateKey
  const secret = options.clusterKey ?? (await clusterKey(options.stateDir))
  const probeId = probeIdOf(key)
  let challenge = ''
  let channels = 0

  const send = async (
    body: Uint8Array,
    headers: Readonly<Record<string, string | undefined>>,
  ): Promise<TestAnswer> => {
    const purpose = options.unverified ? 'unverified' : 'report'
    const subject = { purpose, challenge, probeId, epoch: probe.epoch, seq: probe.seq, body } as const
    const all: Record<string, string | undefined> = {
      'content-type': REPORT_CONTENT_TYPE,
      'content-encoding': 'gzip',
      ...proveReport(subject, key, options.unverified ? undefined : secret),
      ...headers,
    }
    const sent = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined)
    const response = await fetch(new URL('/api/report', options.url), {
      method: 'POST',
      headers: Object.fromEntries(sent),
      body: new Uint8Array(body),
    })
    return {
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as TestAnswer['body'],
    }
  }

  const probe: TestProbe = {
    probeId,
    key,
    epoch: randomEpoch(),
    seq: 0,
    async post(message, change = {}) {
      probe.seq += 1
      const envelope = { ...message.envelope, probeId, epoch: probe.epoch, seq: probe.seq, ...change }
      return probe.postBody(await encodeReport({ ...message, envelope } as ReportMessage))
    },
    async postBody(body, headers = {}) {
      const answer = await send(body, headers)
      const offered = answer.headers.get(proofHeaders.challenge)
      if (answer.status !== 401 || offered === null || offered === challenge) return answer
      challenge = offered
      return send(body, headers)
    },
    sayGoodbye(change = {}, headers = {}) {
      const { epoch, seq } = probe
      const of = { purpose: 'goodbye', challenge, probeId, epoch, seq, body: new Uint8Array() } as const
      const proofs = proveReport({ ...of, ...change }, key, options.unverified ? undefined : secret)
      return fetch(new URL('/api/report', options.url), {
        method: 'DELETE',
        headers: { ...proofs, ...headers },
      })
    },
    serve(controls) {
      channels += 1
      const { epoch } = probe
      const at = { url: options.url, probeId, key, epoch, clusterKey: secret, number: channels }
      return serveControls(at, controls)
    },
    restart() {
      probe.epoch = randomEpoch()
      probe.seq = 0
    },
  }
  return probe
}
