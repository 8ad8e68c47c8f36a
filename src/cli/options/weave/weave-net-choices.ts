import type { RouterAddress } from '../../../weave/router-client.ts'

/** What the command line says of Weave Net. */
export interface WeaveNetChoices {
  /** Whether a router of this machine is watched and used. */
  readonly isUsed: boolean
  /** By which apps find and are found: the name in weaveDNS, with scheme and port. */
  readonly appUrl: string
  /** Where the probe, and the app, ask the router. */
  readonly probeRouter: RouterAddress
  readonly appRouter: RouterAddress
}

const router: RouterAddress = { host: '127.0.0.1', port: 6784 }

/** Choices that are not given. */
export const defaultWeaveNet: WeaveNetChoices = {
  isUsed: true,
  appUrl: 'http://scope.weave.local:4040',
  probeRouter: router,
  appRouter: router,
}

const isDefault = ({ host, port }: RouterAddress): boolean => host === router.host && port === router.port

const addressText = ({ host, port }: RouterAddress): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`

/** Formats the choices as arguments of a part. */
export const weaveNetArguments = (choices: WeaveNetChoices, part: 'app' | 'probe'): string[] => {
  const { isUsed, appUrl } = choices
  const address = part === 'app' ? choices.appRouter : choices.probeRouter
  if (!isUsed) return ['--weave=false']
  return [
    ...(appUrl === defaultWeaveNet.appUrl ? [] : [`--weave.hostname=${appUrl}`]),
    ...(isDefault(address) ? [] : [`--${part}.weave.addr=${addressText(address)}`]),
  ]
}
