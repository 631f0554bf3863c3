import * as presets from "@countersign/core/providers";
import type { PublishedAnswer } from "./published.ts";

/** Deliveries in the tests of third parties' libraries: captured from the provider, or signed by code that is not ours. */
export const PUBLISHED_BY_OTHERS: readonly PublishedAnswer[] = [
  {
    provider: presets.mandrill,
    source:
      "github.com/evendis/mandrill-rails spec/fixtures/webhook_examples/click_with_signature.json",
    secret: "ntynTMaFpM_octE5R1DKAw",
    headers: {
      "Content-Type": "application/x-www-form-urlencoded",
      "X-Mandrill-Signature": "7rUa4lNJitlb178MgGOcHO6T4Bg=",
    },
    url: "http://requestb.in/q9a918q9",
    body: "mandrill_events=%5B%7B%22event%22%3A%22click%22%2C%22msg%22%3A%7B%22ts%22%3A1365109999%2C%22subject%22%3A%22This+an+example+webhook+message%22%2C%22email%22%3A%22example.webhook%40mandrillapp.com%22%2C%22sender%22%3A%22example.sender%40mandrillapp.com%22%2C%22tags%22%3A%5B%22webhook-example%22%5D%2C%22opens%22%3A%5B%7B%22ts%22%3A1365111111%7D%5D%2C%22clicks%22%3A%5B%7B%22ts%22%3A1365111111%2C%22url%22%3A%22http%3A%5C%2F%5C%2Fmandrill.com%22%7D%5D%2C%22state%22%3A%22sent%22%2C%22metadata%22%3A%7B%22user_id%22%3A111%7D%2C%22_id%22%3A%22exampleaaaaaaaaaaaaaaaaaaaaaaaaa%22%2C%22_version%22%3A%22exampleaaaaaaaaaaaaaaa%22%7D%2C%22ip%22%3A%22127.0.0.1%22%2C%22location%22%3A%7B%22country_short%22%3A%22US%22%2C%22country%22%3A%22United+States%22%2C%22region%22%3A%22Oklahoma%22%2C%22city%22%3A%22Oklahoma+City%22%2C%22latitude%22%3A35.4675598145%2C%22longitude%22%3A-97.5164337158%2C%22postal_code%22%3A%2273101%22%2C%22timezone%22%3A%22-05%3A00%22%7D%2C%22user_agent%22%3A%22Mozilla%5C%2F5.0+%28Macintosh%3B+U%3B+Intel+Mac+OS+X+10.6%3B+en-US%3B+rv%3A1.9.1.8%29+Gecko%5C%2F20100317+Postbox%5C%2F1.1.3%22%2C%22user_agent_parsed%22%3A%7B%22type%22%3A%22Email+Client%22%2C%22ua_family%22%3A%22Postbox%22%2C%22ua_name%22%3A%22Postbox+1.1.3%22%2C%22ua_version%22%3A%221.1.3%22%2C%22ua_url%22%3A%22http%3A%5C%2F%5C%2Fwww.postbox-inc.com%5C%2F%22%2C%22ua_company%22%3A%22Postbox%2C+Inc.%22%2C%22ua_company_url%22%3A%22http%3A%5C%2F%5C%2Fwww.postbox-inc.com%5C%2F%22%2C%22ua_icon%22%3A%22http%3A%5C%2F%5C%2Fcdn.mandrill.com%5C%2Fimg%5C%2Femail-client-icons%5C%2Fpostbox.png%22%2C%22os_family%22%3A%22OS+X%22%2C%22os_name%22%3A%22OS+X+10.6+Snow+Leopard%22%2C%22os_url%22%3A%22http%3A%5C%2F%5C%2Fwww.apple.com%5C%2Fosx%5C%2F%22%2C%22os_company%22%3A%22Apple+Computer%2C+Inc.%22%2C%22os_company_url%22%3A%22http%3A%5C%2F%5C%2Fwww.apple.com%5C%2F%22%2C%22os_icon%22%3A%22http%3A%5C%2F%5C%2Fcdn.mandrill.com%5C%2Fimg%5C%2Femail-client-icons%5C%2Fmacosx.png%22%2C%22mobile%22%3Afalse%7D%2C%22url%22%3A%22http%3A%5C%2F%5C%2Fmandrill.com%22%2C%22ts%22%3A1379233940%7D%2C%7B%22event%22%3A%22click%22%2C%22msg%22%3A%7B%22ts%22%3A1365109999%2C%22subject%22%3A%22This+an+example+webhook+message%22%2C%22email%22%3A%22example.webhook%40mandrillapp.com%22%2C%22sender%22%3A%22example.sender%40mandrillapp.com%22%2C%22tags%22%3A%5B%22webhook-example%22%5D%2C%22opens%22%3A%5B%7B%22ts%22%3A1365111111%7D%5D%2C%22clicks%22%3A%5B%7B%22ts%22%3A1365111111%2C%22url%22%3A%22http%3A%5C%2F%5C%2Fmandrill.com%22%7D%5D%2C%22state%22%3A%22sent%22%2C%22metadata%22%3A%7B%22user_id%22%3A111%7D%2C%22_id%22%3A%22exampleaaaaaaaaaaaaaaaaaaaaaaaaa%22%2C%22_version%22%3A%22exampleaaaaaaaaaaaaaaa%22%7D%2C%22ip%22%3A%22127.0.0.1%22%2C%22location%22%3A%7B%22country_short%22%3A%22US%22%2C%22country%22%3A%22United+States%22%2C%22region%22%3A%22Oklahoma%22%2C%22city%22%3A%22Oklahoma+City%22%2C%22latitude%22%3A35.4675598145%2C%22longitude%22%3A-97.5164337158%2C%22postal_code%22%3A%2273101%22%2C%22timezone%22%3A%22-05%3A00%22%7D%2C%22user_agent%22%3A%22Mozilla%5C%2F5.0+%28Macintosh%3B+U%3B+Intel+Mac+OS+X+10.6%3B+en-US%3B+rv%3A1.9.1.8%29+Gecko%5C%2F20100317+Postbox%5C%2F1.1.3%22%2C%22user_agent_parsed%22%3A%7B%22type%22%3A%22Email+Client%22%2C%22ua_family%22%3A%22Postbox%22%2C%22ua_name%22%3A%22Postbox+1.1.3%22%2C%22ua_version%22%3A%221.1.3%22%2C%22ua_url%22%3A%22http%3A%5C%2F%5C%2Fwww.postbox-inc.com%5C%2F%22%2C%22ua_company%22%3A%22Postbox%2C+Inc.%22%2C%22ua_company_url%22%3A%22http%3A%5C%2F%5C%2Fwww.postbox-inc.com%5C%2F%22%2C%22ua_icon%22%3A%22http%3A%5C%2F%5C%2Fcdn.mandrill.com%5C%2Fimg%5C%2Femail-client-icons%5C%2Fpostbox.png%22%2C%22os_family%22%3A%22OS+X%22%2C%22os_name%22%3A%22OS+X+10.6+Snow+Leopard%22%2C%22os_url%22%3A%22http%3A%5C%2F%5C%2Fwww.apple.com%5C%2Fosx%5C%2F%22%2C%22os_company%22%3A%22Apple+Computer%2C+Inc.%22%2C%22os_company_url%22%3A%22http%3A%5C%2F%5C%2Fwww.apple.com%5C%2F%22%2C%22os_icon%22%3A%22http%3A%5C%2F%5C%2Fcdn.mandrill.com%5C%2Fimg%5C%2Femail-client-icons%5C%2Fmacosx.png%22%2C%22mobile%22%3Afalse%7D%2C%22url%22%3A%22http%3A%5C%2F%5C%2Fmandrill.com%22%2C%22ts%22%3A1379233940%7D%5D",
  },
  {
    provider: presets.webex,
    source: "github.com/valgaze/speedybot-mini docs/webhooks.md",
    secret: "myBongoSecret",
    headers: { "X-Spark-Signature": "01e0cb6a53731b9615b483335d77d97023410c72" },
    body: `{"a":1,"b":2,"c":{"d":3}}`,
  },
  {
    provider: presets.zoom,
    source: "github.com/seguri/x-zm-signature ZoomWebhookValidatorTest.java",
    secret: "secret",
    headers: {
      "x-zm-request-timestamp": "1697204592920",
      "x-zm-signature": "v0=f46042d159828f787589618793a3f535b54de02da06ea660545e46c8960b70bf",
    },
    body: `{"foo":"bar"}`,
    nowSeconds: 1_697_204_592,
  },
  {
    provider: presets.xTwitter,
    source: "github.com/frain-dev/convoy pkg/verifier/verifier_test.go",
    secret: "Convoy",
    headers: {
      "X-Twitter-Webhooks-Signature": "sha256=16FUVH58NeMcTIIOICN2UJOcPTTa4TbjCndXymGrtM8=",
    },
    body: "Test Payload Body",
  },
  {
    provider: presets.gogs,
    source: "github.com/go-playground/webhooks gogs/gogs_test.go, CreateEvent",
    secret: "sampleToken!",
    headers: {
      "X-Gogs-Event": "create",
      "X-Gogs-Signature": "d3c99a5711de365c4ff897be0692d9016de2cee6e3e1d6b3fb49154f9efb354d",
    },
    body: '{\n    "ref": "refs/heads/feature-branch",\n    "ref_type": "branch",\n    "repository": {\n        "name": "repo",\n        "full_name": "user/repo",\n        "html_url": "https://gogs.example.com/user/repo",\n        "clone_url": "https://gogs.example.com/user/repo.git"\n    }\n}',
  },
  {
    provider: presets.gitea,
    source: "github.com/go-playground/webhooks gitea/gitea_test.go, DeleteEvent",
    secret: "IsWishesWereHorsesWedAllBeEatingSteak!",
    headers: {
      "X-Gitea-Event": "delete",
      "X-Gitea-Signature": "84307b509e663cd897bc719b2a564e64fa4af8716fda389488f18369139e0fdd",
    },
    body: '{\n  "ref": "example3",\n  "ref_type": "branch",\n  "pusher_type": "user",\n  "repository": {\n    "id": 1,\n    "owner": {\n      "id": 1,\n      "login": "example",\n      "full_name": "",\n      "email": "example@example.com",\n      "avatar_url": "http://localhost:3000/avatar/23463b99b62a72f26ed677cc556c44e8",\n      "language": "",\n      "is_admin": false,\n      "last_login": "0001-01-01T00:00:00Z",\n      "created": "2022-03-09T16:14:22+09:00",\n      "restricted": false,\n      "active": false,\n      "prohibit_login": false,\n      "location": "",\n      "website": "",\n      "description": "",\n      "visibility": "public",\n      "followers_count": 0,\n      "following_count": 0,\n      "starred_repos_count": 0,\n      "username": "example"\n    },\n    "name": "example",\n    "full_name": "example/example",\n    "description": "",\n    "empty": false,\n    "private": false,\n    "fork": false,\n    "template": false,\n    "parent": null,\n    "mirror": false,\n    "size": 114,\n    "html_url": "http://localhost:3000/example/example",\n    "ssh_url": "git@localhost:example/example.git",\n    "clone_url": "http://localhost:3000/example/example.git",\n    "original_url": "",\n    "website": "",\n    "stars_count": 0,\n    "forks_count": 1,\n    "watchers_count": 1,\n    "open_issues_count": 1,\n    "open_pr_counter": 1,\n    "release_counter": 1,\n    "default_branch": "master",\n    "archived": false,\n    "created_at": "2022-03-09T16:14:29+09:00",\n    "updated_at": "2022-03-09T16:39:18+09:00",\n    "permissions": {\n      "admin": false,\n      "push": false,\n      "pull": false\n    },\n    "has_issues": true,\n    "internal_tracker": {\n      "enable_time_tracker": true,\n      "allow_only_contributors_to_track_time": true,\n      "enable_issue_dependencies": true\n    },\n    "has_wiki": false,\n    "has_pull_requests": true,\n    "has_projects": true,\n    "ignore_whitespace_conflicts": false,\n    "allow_merge_commits": true,\n    "allow_rebase": true,\n    "allow_rebase_explicit": true,\n    "allow_squash_merge": true,\n    "default_merge_style": "merge",\n    "avatar_url": "",\n    "internal": false,\n    "mirror_interval": "",\n    "mirror_updated": "0001-01-01T00:00:00Z",\n    "repo_transfer": null\n  },\n  "sender": {\n    "id": 1,\n    "login": "example",\n    "full_name": "",\n    "email": "example@example.com",\n    "avatar_url": "http://localhost:3000/avatar/23463b99b62a72f26ed677cc556c44e8",\n    "language": "",\n    "is_admin": false,\n    "last_login": "0001-01-01T00:00:00Z",\n    "created": "2022-03-09T16:14:22+09:00",\n    "restricted": false,\n    "active": false,\n    "prohibit_login": false,\n    "location": "",\n    "website": "",\n    "description": "",\n    "visibility": "public",\n    "followers_count": 0,\n    "following_count": 0,\n    "starred_repos_count": 0,\n    "username": "example"\n  }\n}',
  },
];
