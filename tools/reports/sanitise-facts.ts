import { facts } from '../../src/report/facts.ts'
import type { Fact } from '../../src/report/schema.ts'
import type { Pseudonyms } from './pseudonyms.ts'
import { sanitiseIp, sanitiseListener, sanitiseNetwork } from './sanitise-address.ts'
import { programOf, sanitiseMount } from './sanitise-text.ts'

/** What facts are made fit to be shown with. */
export interface FactTools {
  readonly pseudonyms: Pseudonyms
  readonly id: (id: string) => string
  readonly text: (text: string) => string
  /** The host name that a container, or the host, has. */
  readonly hostname: (name: string) => string
  /** ISO 8601, within a text or alone. */
  readonly date: (text: string) => string
}

type Rule = (text: string, tools: FactTools) => string

const same: Rule = (text) => text
const text: Rule = (value, tools) => tools.text(value)
const date: Rule = (value, tools) => tools.date(value)
const hex: Rule = (value, { pseudonyms }) => pseudonyms.hex(value)
const hostname: Rule = (value, tools) => tools.hostname(value)

/** How each fact that is kept is said. A fact without a rule is left out. */
const rules: Readonly<Record<string, Rule>> = {
  [facts.hostId]: (value, tools) => tools.id(value),
  [facts.pid]: same,
  [facts.ppid]: same,
  [facts.commandLine]: programOf,
  [facts.threads]: same,
  [facts.startedAt]: date,
  [facts.startTicks]: same,
  [facts.systemdUnit]: text,
  [facts.systemdSlice]: text,
  [facts.exited]: same,
  [facts.exitedCount]: same,
  [facts.networkNamespace]: same,
  [facts.listeningAddresses]: (value, { pseudonyms }) => sanitiseListener(value, pseudonyms),
  [facts.reachableFromOutside]: same,
  [facts.hostName]: hostname,
  [facts.os]: () => 'Linux',
  [facts.kernelVersion]: () => '6.1.0',
  [facts.bootedAt]: date,
  [facts.localNetworks]: (value, { pseudonyms }) => sanitiseNetwork(value, pseudonyms),
  [facts.cpuCount]: same,
  [facts.scopeVersion]: same,
  [facts.containerId]: hex,
  [facts.containerHostname]: hostname,
  [facts.containerCommand]: programOf,
  [facts.containerCreated]: date,
  [facts.containerStarted]: date,
  [facts.containerState]: same,
  [facts.containerStateHuman]: date,
  [facts.containerHealth]: same,
  [facts.containerRestarts]: same,
  [facts.containerNetworkMode]: text,
  [facts.containerNetworks]: text,
  [facts.containerAddresses]: (value, { pseudonyms }) => sanitiseIp(value, pseudonyms),
  [facts.containerPorts]: (value, { pseudonyms }) => sanitiseListener(value, pseudonyms),
  [facts.containerPrivileged]: same,
  [facts.containerMounts]: (value, { pseudonyms }) => sanitiseMount(value, pseudonyms),
  [facts.containerExitCode]: same,
  [facts.inHostNetwork]: same,
  [facts.imageId]: hex,
  [facts.imageName]: text,
  [facts.imageTag]: text,
  [facts.imageSize]: same,
  [facts.imageCreated]: date,
}

/** The facts that are known to be harmless, and those that can be made so. */
export const sanitiseFacts = (
  given: Readonly<Record<string, Fact>>,
  tools: FactTools,
): Record<string, Fact> =>
  Object.fromEntries(
    Object.entries(given).flatMap(([key, value]) => {
      const rule = Object.hasOwn(rules, key) ? rules[key] : undefined
      return rule === undefined ? [] : [[key, apply(rule, value, tools)]]
    }),
  )

const apply = (rule: Rule, value: Fact, tools: FactTools): Fact => {
  if (Array.isArray(value)) return value.map((one) => rule(one, tools))
  return typeof value === 'string' ? rule(value, tools) : value
}
