import { withMermaid } from "vitepress-plugin-mermaid";

const REPOSITORY = "https://github.com/countersign/countersign";

export default withMermaid({
  title: "Countersign",
  description: "Signature verification for the people who receive webhooks",
  // No picture to ask the server for.
  head: [["link", { rel: "icon", href: "data:," }]],
  cleanUrls: true,
  lastUpdated: false,
  srcExclude: ["README.md"],
  markdown: {
    // As on GitHub, so that a link to a heading works in both places.
    anchor: {
      slugify: (heading) =>
        heading
          .toLowerCase()
          .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
          .trim()
          .replaceAll(/\s/g, "-"),
    },
    config(markdown) {
      // The pages are read on GitHub too, where they link to files of the repository that are no pages of the site. SECURITY.md links from the root.
      markdown.core.ruler.push("repository-links", ({ tokens }) => {
        for (const link of tokens.flatMap(({ children }) => children ?? [])) {
          const target = link.attrGet("href");
          if (link.type !== "link_open" || target === null) continue;
          const outside = /^(?:\.\.\/)*((?:packages|examples|test)\/|[A-Z]+\.md)(.*)$/.exec(target);
          if (outside !== null) {
            link.attrSet("href", `${REPOSITORY}/blob/main/${outside[1]}${outside[2]}`);
          }
        }
      });
    },
  },
  themeConfig: {
    search: { provider: "local" },
    socialLinks: [{ icon: "github", link: REPOSITORY }],
    outline: [2, 3],
    nav: [
      { text: "Quick start", link: "/quick-start" },
      { text: "Providers", link: "/providers/" },
      { text: "It doesn't verify", link: "/it-does-not-verify" },
      { text: "API", link: "/api/" },
    ],
    sidebar: [
      {
        text: "Receive",
        items: [
          { text: "Quick start", link: "/quick-start" },
          { text: "Providers", link: "/providers/" },
          { text: "Raw bodies, by framework", link: "/raw-bodies" },
          { text: "It doesn't verify", link: "/it-does-not-verify" },
          { text: "Providers that sign nothing", link: "/unsigned-providers" },
          { text: "Error codes", link: "/errors" },
          { text: "Serverless and hosts", link: "/serverless" },
        ],
      },
      {
        text: "Each event once",
        items: [
          { text: "Dedup and claims", link: "/dedup-and-claims" },
          { text: "Choose a store", link: "/stores" },
          { text: "Answer now, work later", link: "/inbox" },
        ],
      },
      {
        text: "Operate",
        items: [
          { text: "Logs, metrics, alarms", link: "/operating" },
          { text: "Rotate a secret", link: "/rotating-secrets" },
          { text: "Many tenants", link: "/multi-tenant" },
          { text: "Several providers at one URL", link: "/several-providers" },
          { text: "Testing", link: "/testing" },
          { text: "Security model", link: "/security" },
          { text: "Performance", link: "/performance" },
          { text: "Evidence", link: "/evidence" },
        ],
      },
      {
        text: "Extend",
        items: [
          { text: "A provider of your own", link: "/extending/provider" },
          { text: "A store of your own", link: "/extending/store" },
          { text: "An adapter of your own", link: "/extending/adapter" },
        ],
      },
      {
        text: "Decide",
        items: [
          { text: "Migrate", link: "/migrating" },
          { text: "Compare", link: "/comparison" },
          { text: "API reference", link: "/api/" },
        ],
      },
    ],
  },
});
