const NAMED =
  /^.+\.(amazonaws\.com|googleapis\.com|core\.windows\.net|servicebus\.windows\.net|azure-api\.net|onmicrosoft\.com|cloudapp\.azure\.com|database\.windows\.net|documents\.azure\.com)$/
const RENTED_MACHINE = /^ec2.*\.amazonaws\.com$/

/** The name that makes an outside address a service of its own on the map; undefined = part of the Internet. */
export const namedService = (names: readonly string[] | undefined): string | undefined =>
  names?.find((name) => NAMED.test(name) && !RENTED_MACHINE.test(name))
