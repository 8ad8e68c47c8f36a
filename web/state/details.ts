import { createEffect, createSignal, on, onCleanup } from 'solid-js'
import type { NodeDetails } from '../../src/topology/types.ts'
import { fetchDetails, type RequestError } from '../data/api.ts'
import { poll } from '../data/poll.ts'
import { settings } from '../settings.ts'
import { asRequestError } from './app-info.ts'

/** What a card shows. */
export interface CardTarget {
  readonly view: string
  readonly nodeId: string
  /** Options as a query string, or empty. */
  readonly query: string
}

/** The details of the open card, kept up to date. */
export interface Details {
  readonly node: () => NodeDetails | undefined
  /** The node was there and is not any more. */
  readonly gone: () => boolean
  readonly failure: () => RequestError | undefined
}

/** Follows a target: asks at once when it changes, then again and again while it is open. */
export function createDetails(target: () => CardTarget | undefined): Details {
  const [node, setNode] = createSignal<NodeDetails>()
  const [gone, setGone] = createSignal(false)
  const [failure, setFailure] = createSignal<RequestError>()

  createEffect(
    on(
      () => JSON.stringify(target()),
      () => {
        const wanted = target()
        setGone(false)
        setFailure(undefined)
        if (node()?.id !== wanted?.nodeId) setNode(undefined)
        if (!wanted) return
        const aborter = new AbortController()
        const asking = poll(async () => {
          try {
            const answer = await fetchDetails(wanted.view, wanted.nodeId, wanted.query, aborter.signal)
            if (aborter.signal.aborted) return
            setNode(answer)
            setGone(false)
            setFailure(undefined)
          } catch (error) {
            if (aborter.signal.aborted) return
            const failed = asRequestError(error)
            if (failed.status === 404) setGone(true)
            else setFailure(failed)
          }
        }, settings.data.detailsPollMs)
        onCleanup(() => {
          aborter.abort()
          asking.stop()
        })
      },
    ),
  )
  return { node, gone, failure }
}
