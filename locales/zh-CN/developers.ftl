# 给接入本站的工程师看的一页。
# dynamic: developers-try-
developers-title = 开发者接口
developers-what = 其他系统可以通过接口搜索事项、读办事指南、核验证照。登录后，还能查自己的办件、提交草稿和上传材料。返回的都是 JSON。
developers-openapi = 接口说明文件（OpenAPI 3.1）
developers-try = 试一试
developers-site = 先设好站点地址，例如 SITE=http://127.0.0.1:8080 ，再运行下面的命令。
developers-try-search = 用平常话搜索事项：
developers-try-item = 读一个事项的全部要素：
developers-try-text = 用证照标识、办件编号或亮证码核验：
developers-try-file = 核验一个文件（最大 20 MiB）：
developers-try-token = 接入系统取令牌（演示用的系统和密钥）：
developers-try-shared = 按持证主体查证照（TOKEN 是上一步取到的令牌）：
developers-try-own = 查自己的办件（SESSION 是登录后的会话 Cookie）：
developers-rules = 使用约定
developers-rule-session = 办件、草稿和上传只认本人的登录会话；修改时还要带 X-CSRF，值取自本站任一页面的 _csrf。
developers-rule-key = 提交和撤回要带 Idempotency-Key：同一个键和内容，只办一次，返回同样的结果。
developers-rule-sharing = 证照共享只供接入系统用：由制发证照的单位登记，凭密钥取十分钟的令牌；每次都要写事由、事项和办件。
developers-rule-once = 共享请求的 nonce 不能重复，timestamp 与本站相差不能超过五分钟；每次查询持证人都看得到。
developers-rule-problem = 不能办时返回 application/problem+json（RFC 9457）：title 说明哪里不对，detail 说明怎么办，code 不会变。
developers-rule-language = 返回的文字默认是中文；带上 Cookie lang=en 就是英文。
developers-operations = 全部接口
developers-address = 方法和地址
developers-who = 谁能用
developers-does = 作用
developers-anybody = 任何人
developers-system = 接入系统
developers-citizen = 本人（实名）
developers-errors = 错误代码
developers-code = 代码
developers-status = 状态码
developers-says = 说明
frame-foot-developers = 开发者接口
