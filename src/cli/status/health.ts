import { describeError } from '../../log/log.ts'
import { NoAnswerError } from '../../probe/publish/http-client.ts'
import { type PublishStatus, targetName } from '../../probe/publish/publish-status.ts'
import type { PartStates } from '../parts/parts.ts'
import type { AppStatus } from '../parts/state-files.ts'
import { askApp } from '../tls/ask-app.ts'
import { durationText } from './times.ts'

/** What is wrong with each running part, in plain words; empty when nothing is. */
export interface Health {
  readonly app: string
  readonly probe: string
}

/** Facts by which running parts are judged; a part that does not run is absent. */
export interface HealthFacts {
  /** Undefined when the app does not run. */
  readonly app?: {
    readonly launchedMs: number
    /** Why it does not answer; empty when it does; undefined when it has not yet written where it listens. */
    readonly silence: string | undefined
  }
  readonly probe?: {
    readonly launchedMs: number
    /** When it last wrote its status; undefined when it has not yet. */
    readonly writtenMs: number | undefined
    /** How it stands with each app that it reports to. */
    readonly apps: readonly PublishStatus[]
  }
}

/** A machine that has far more to do than it can takes seconds for an answer; only one that hangs is waited for so long. */
const ANSWER_LIMIT_MS = 10_000
/** Time that a part may take after its start until it answers or writes its status. */
const START_MS = 30_000
/** Time that a probe may go without an app that takes its reports. */
const ALONE_MS = 30_000
/** A probe that has not written its status for this long hangs; it normally does every 10 s. */
const SILENCE_MS = 30_000

/**
 * Judges whether the running parts work.
 *
 * @param nowMs in ms since 1970, like all times here
 */
export const judgeHealth = ({ app, probe }: HealthFacts, nowMs: number): Health => ({
  app: app === undefined ? '' : judgeApp(app, nowMs),
  probe: probe === undefined ? '' : judgeProbe(probe, nowMs),
})

const judgeApp = ({ launchedMs, silence }: NonNullable<HealthFacts['app']>, nowMs: number): string => {
  if (silence === undefined)
    return nowMs - launchedMs < START_MS
      ? ''
      : `it has not said within ${durationText(START_MS)} where it listens`
  return silence === '' ? '' : `it does not answer: ${silence}`
}

/** Why a probe counts as hanging; empty when it does not. */
const judgeSilence = (
  { writtenMs, launchedMs }: NonNullable<HealthFacts['probe']>,
  nowMs: number,
): string => {
  const silentMs = nowMs - (writtenMs ?? launchedMs)
  return silentMs >= SILENCE_MS
    ? `it has said nothing for ${durationText(silentMs)}: it hangs, or cannot write to the state directory`
    : ''
}

const judgeProbe = (facts: NonNullable<HealthFacts['probe']>, nowMs: number): string => {
  const silence = judgeSilence(facts, nowMs)
  if (silence !== '') return silence
  const refusals = facts.apps.filter(({ state }) => state === 'refused' || state === 'failed')
  if (refusals.length > 0)
    return refusals.map((app) => `it cannot report to ${targetName(app)}: ${app.reason}`).join('; ')
  const lastMs = Math.max(
    facts.launchedMs,
    ...facts.apps.map(({ lastSuccessAt = 0 }) => new Date(lastSuccessAt).getTime()),
  )
  if (facts.apps.some(({ state }) => state === 'ok') || nowMs - lastMs < ALONE_MS) return ''
  return `no app has taken its reports for ${durationText(nowMs - lastMs)}`
}

/**
 * Judges the running parts by themselves: an app elsewhere that takes no reports is no reason to start the parts here again.
 *
 * @param nowMs in ms since 1970, like all times here
 */
export const judgeOwnHealth = ({ app, probe }: HealthFacts, nowMs: number): Health => ({
  app: app === undefined ? '' : judgeApp(app, nowMs),
  probe: probe === undefined ? '' : judgeSilence(probe, nowMs),
})

/** Examines the running parts: queries the app, and reads when the probe last wrote its status. */
export const lookAtHealth = async (stateDir: string, states: PartStates, nowMs: number): Promise<Health> =>
  judgeHealth(await healthFacts(stateDir, states, ANSWER_LIMIT_MS), nowMs)

/** What is found when the running parts are examined. @param answerLimitMs time for the app to answer */
export const healthFacts = async (
  stateDir: string,
  { app, probe }: PartStates,
  answerLimitMs: number,
): Promise<HealthFacts> => ({
  ...(app.state === 'running' && {
    app: {
      launchedMs: Date.parse(app.record?.launchedAt ?? ''),
      silence: app.status && (await whySilent(stateDir, app.status, answerLimitMs)),
    },
  }),
  ...(probe.state === 'running' && {
    probe: {
      launchedMs: Date.parse(probe.record?.launchedAt ?? ''),
      writtenMs: probe.status && Date.parse(probe.status.writtenAt),
      apps: probe.status?.apps ?? [],
    },
  }),
})

/** Queries an app; returns why it does not answer, or an empty text when it does. */
const whySilent = async (stateDir: string, app: AppStatus, limitMs: number): Promise<string> => {
  const { localUrl } = app
  try {
    const { status } = await askApp(stateDir, app, '/health', limitMs)
    return status === 200 ? '' : `${localUrl}/health answered HTTP ${status}`
  } catch (error) {
    if (error instanceof NoAnswerError)
      return `no answer from ${localUrl} within ${durationText(limitMs)}: it hangs, or this machine is too busy`
    return `${localUrl}: ${describeError(error)}`
  }
}
