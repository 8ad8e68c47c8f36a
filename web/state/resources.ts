import { createEffect } from 'solid-js'
import type { ResourceView } from '../domain/resources/tree.ts'
import { createLiveView, type LiveView } from './view/live-view.ts'

/** The views whose nodes are boxes, kept up to date. */
export type ResourceStreams = Readonly<Record<ResourceView, LiveView>>

/** Streams hosts, containers and processes. @param queryOf the query string for each */
export function createResources(queryOf: (view: ResourceView) => string): ResourceStreams {
  const streams = { hosts: createLiveView(), containers: createLiveView(), processes: createLiveView() }
  for (const view of ['hosts', 'containers', 'processes'] as const)
    createEffect(() => streams[view].open(view, queryOf(view)))
  return streams
}
