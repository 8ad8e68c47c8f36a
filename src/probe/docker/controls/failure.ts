import { StreamError } from '../../../channel/errors.ts'
import { describeError } from '../../../log/log.ts'
import { RequestError } from '../../channel/methods.ts'
import { SignalError } from '../../process/controls/signal-process.ts'

/** Docker's answer to what it did not do, as dockerode throws it. */
interface DockerError extends Error {
  readonly statusCode?: number
  readonly code?: string
  /** What the status code means for this request, by dockerode: `container already started`. */
  readonly reason?: string
  readonly json?: { readonly message?: unknown } | null
}

const codes: Readonly<Record<number, string>> = {
  400: 'invalid_params',
  409: 'conflict',
  501: 'not_supported',
}

const ID = /\b[0-9a-f]{64}\b/g

/** What Docker itself said, without the id that whoever asked has seen already. */
const saidBy = ({ statusCode, reason, json, message }: DockerError): string => {
  if (statusCode === 304) return reason ?? ''
  // Without a body in JSON dockerode has the text in its own message only: `(HTTP code 409) unexpected - text`.
  const said =
    typeof json?.message === 'string' ? json.message : message.replace(/^\(HTTP code \d+\) .*? - /s, '')
  return said
    .replace(ID, '')
    .replace(/\s+/g, ' ')
    .replace(/ ([:,.])/g, '$1')
    .trim()
}

/** Ways in which Docker says the state of a container; the same ones come with several status codes. */
const states: readonly (readonly [RegExp, string])[] = [
  [/is not running|already stopped/, 'the container does not run'],
  [/already started/, 'the container runs already'],
  [/is already paused/, 'the container is paused already'],
  [/is not paused/, 'the container is not paused'],
  [/is paused|paused container/, 'the container is paused; unpause it first'],
  [/remove a running container/, 'the container runs; stop it first'],
  [/(is|a) restarting/, 'the container is just restarting; wait until it runs, or stop it'],
  [/removal of container .*in progress|is marked for removal/, 'the container is being removed already'],
]

/** True when a request got no answer, which says nothing of what was asked, nor of the next request. */
export const isUnanswered = (error: unknown): boolean => {
  const { statusCode, name, code } = error as DockerError
  if (name === 'AbortError' || name === 'TimeoutError') return true
  if (error instanceof RequestError || error instanceof SignalError) return false
  return statusCode === undefined && typeof code === 'string'
}

/**
 * What went wrong with a request to Docker, in words for the person who asked.
 *
 * @param what was to be done, as an infinitive: `stop the container`
 * @example
 * explainFailure('pause the container', error).message // the container is paused already
 */
export const explainFailure = (what: string, error: unknown): RequestError => {
  if (error instanceof RequestError) return error
  if (error instanceof StreamError) return new RequestError('docker_failed', error.message)
  const { statusCode, name, code } = error as DockerError
  if (name === 'AbortError' || name === 'TimeoutError')
    return new RequestError('timeout', `Docker did not ${what} in time; it may still do so`)
  if (statusCode === undefined)
    return new RequestError(
      'docker_unreachable',
      `Docker could not be asked to ${what}: ${code === 'ENOENT' || code === 'ECONNREFUSED' ? 'it does not run' : describeError(error)}`,
    )
  const said = saidBy(error as DockerError)
  const [, state] = states.find(([pattern]) => pattern.test(said)) ?? []
  if (state !== undefined) return new RequestError('conflict', state)
  if (statusCode === 404 && /^No such container/i.test(said))
    return new RequestError('unknown_node', 'there is no such container any more')
  return new RequestError(codes[statusCode] ?? 'docker_failed', `Docker did not ${what}: ${said}`)
}
