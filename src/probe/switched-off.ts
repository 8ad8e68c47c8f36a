import type { Collector } from './collector.ts'

/**
 * A placeholder for a collector that the user has switched off: it reports only that.
 *
 * @param option as given on the command line
 */
export const switchedOff = (id: string, option: string): Collector => ({
  id,
  start: async () => {},
  collect: () => ({
    nodes: [],
    metrics: [],
    connections: [],
    addresses: [],
    status: {
      id,
      mode: 'off',
      state: 'off',
      reason: `switched off by ${option}`,
      sinceMs: 0,
      counters: {},
    },
  }),
  stop: async () => {},
})
