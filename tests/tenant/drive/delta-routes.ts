/** `delta` as a route. */
import { GraphError } from '../graph/context.ts';
import { preferences } from '../graph/odata.ts';
import { readDelta } from './delta.ts';
import { contextUrl, itemOf, option, type ItemCall } from './item-call.ts';

export function getDelta(call: ItemCall): Response {
  const { c, world, drive, query } = call;
  if (itemOf(call) !== drive.root) {
    throw new GraphError(400, 'invalidRequest', 'Delta is only supported on the root folder of a drive.', {
      innerCode: 'notSupported',
    });
  }
  const linkTo = (token: string) => `${world.urls.graph}/v1.0/drives/${drive.id}/root/delta?token=${token}`;
  const request = {
    token: query.get('token') ?? tokenOfCall(call.address.suffix),
    select: option(call, 'select'),
    top: option(call, 'top'),
    preferences: preferences(c.req.header('prefer')),
  };
  const page = readDelta(drive, request, { urls: world.drives.urls, clock: world.clock, linkTo });
  return c.json({
    '@odata.context': contextUrl(call, 'Collection(driveItem)'),
    [page.link]: linkTo(page.next),
    value: page.value,
  });
}

/** `delta(token='…')`, which reaches a route as `delta/token=…`, is `delta?token=…`. */
const tokenOfCall = ([, key]: readonly string[]) => /^token=(.*)$/s.exec(key ?? '')?.[1];
