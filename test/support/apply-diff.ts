import { expect } from 'vitest'
import type { NodeSummary } from '../../src/api/types.ts'

/** What is told of the nodes or edges of a view by `ViewDiff`s. */
export interface Diff<T> {
  readonly add: readonly T[] | null
  readonly update: readonly T[] | null
  readonly remove: readonly string[] | null
}

/** Applies a diff to what a reader holds, and expects that it fits. */
export const applyDiff = <T extends { readonly id: string }>(
  held: Map<string, T>,
  { add, update, remove }: Diff<T>,
): void => {
  expect(remove?.filter((id) => !held.delete(id)) ?? [], 'removes').toEqual([])
  expect(update?.filter(({ id }) => !held.has(id)) ?? [], 'updates').toEqual([])
  expect(add?.filter(({ id }) => held.has(id)) ?? [], 'adds').toEqual([])
  for (const one of [...(update ?? []), ...(add ?? [])]) held.set(one.id, one)
}

/** The entries of a map by their ids. */
export const sortedById = <T>(map: ReadonlyMap<string, T>): [string, T][] =>
  [...map].sort(([a], [b]) => (a < b ? -1 : 1))

/** A node as `scope.view.v2` tells it: the edges alone tell which nodes are connected. */
export const withoutTargets = ({ adjacency: _, ...node }: NodeSummary): NodeSummary => node
