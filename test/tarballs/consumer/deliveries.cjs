// The same for import and require: genuine and forged deliveries to an Express app made of installed packages.
const events = require("node:events");

/** Runs the main job and resolves with what was answered. */
module.exports = async function deliver({ core, providers, express, webhook }) {
  const options = { provider: providers.github, secret: "It's a Secret to Everybody" };
  const { headers, body } = await core.sign(
    { body: '{"zen":"Keep it simple."}', id: "1" },
    options,
  );
  const event = await core.verify({ headers, body }, options);

  let handled = 0;
  const app = express();
  app.post(
    "/github",
    webhook(options, () => void handled++),
  );
  const server = app.listen(0, "127.0.0.1");
  await events.once(server, "listening");
  const url = `http://127.0.0.1:${server.address().port}/github`;
  const post = (sent) => fetch(url, { method: "POST", headers, body: sent }).then((r) => r.status);
  const statuses = [await post(body), await post(body), await post(`${body} `)];
  server.close();
  return { zen: event.body.zen, statuses, handled };
};
