/** The two versions of Graph: `/beta` is served as `/v1.0`, under its own name. */

export type Version = 'v1.0' | 'beta';

/** Of an address; undefined where it names none. */
export function versionOf(pathname: string): Version | undefined {
  const name = /^\/(v1\.0|beta)(?=\/|$)/i.exec(pathname)?.[1]?.toLowerCase();
  return name === 'v1.0' || name === 'beta' ? name : undefined;
}

const isLink = /@odata\.(context|nextLink|deltaLink|id)$/;
const renamed = (link: string) => link.replace('/v1.0/', '/beta/');

/** Answers are written for v1.0; gives the one that beta gives: contexts, links and addresses are its own. */
export async function asBeta(response: Response): Promise<Response> {
  const headers = new Headers(response.headers);
  for (const name of ['Location', 'Operation-Location']) {
    const link = headers.get(name);
    if (link?.includes('graph.microsoft.com')) headers.set(name, renamed(link));
  }
  const { status } = response;
  if (!headers.get('Content-Type')?.includes('json')) return new Response(response.body, { status, headers });
  const body: unknown = JSON.parse(await response.text(), (key, value: unknown) =>
    typeof value === 'string' && isLink.test(key) ? renamed(value) : value,
  );
  return new Response(JSON.stringify(body), { status, headers });
}

const entitySets =
  'applications directoryRoles domains drives groups oauth2PermissionGrants organization servicePrincipals sites subscribedSkus users'.split(
    ' ',
  );

/** `GET /v1.0/`: what the tenant has. */
export function serviceDocument(version: Version): Record<string, unknown> {
  return {
    '@odata.context': `https://graph.microsoft.com/${version}/$metadata`,
    value: [
      ...entitySets.map((name) => ({ name, kind: 'EntitySet', url: name })),
      ...['directory', 'me', 'roleManagement'].map((name) => ({ name, kind: 'Singleton', url: name })),
    ],
  };
}
