import { createEffect, on } from 'solid-js'
import type { ResourceView } from '../domain/resources/tree.ts'
import { createLiveView, type LiveView } from './view/live-view.ts'

/** The views whose nodes are boxes, kept up to date. */
export type ResourceStreams = Readonly<Record<ResourceView, LiveView>>

/**
 * Streams hosts, containers and processes.
 *
 * @param queryOf the query string for each
 * @param paused whether they stand still
 */
export function createResources(
  queryOf: (view: ResourceView) => string,
  paused: () => boolean,
): ResourceStreams {
  const streams = { hosts: createLiveView(), containers: createLiveView(), processes: createLiveView() }
  for (const view of ['hosts', 'containers', 'processes'] as const) {
    createEffect(() => streams[view].open(view, queryOf(view)))
    createEffect(on(paused, streams[view].pause))
  }
  return streams
}
